package hring.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Tests an application's own protocol over hring with real processes, which are killed and stopped.
 * The test is the referee: it starts workers, each a main method that writes what it does into its
 * {@link Ledger}, disturbs them, and judges by the ledgers, which survive a SIGKILL.
 *
 * <pre>{@code
 * enum Event { TAKEN, DONE }
 *
 * try (CrossProcess<Event> test = new CrossProcess<>(Event.class)) {
 *   Worker<Event> sender = test.start("sender", SenderMain.class, test.directory());
 *   Worker<Event> victim =
 *       test.startHeldAt(Event.TAKEN, 3, "victim", ReceiverMain.class, test.directory());
 *   victim.awaitHeld();
 *   victim.kill();
 *   Worker<Event> heir = test.start("heir", ReceiverMain.class, test.directory());
 *   heir.await(Event.DONE, 100);
 *   sender.jvm().say("close");
 *   sender.finish();
 *   // ... and now look into victim.entries() and heir.entries().
 * }
 * }</pre>
 *
 * <p>Each kind of entry is a point at which a worker can be held, and killed there, exactly and
 * again and again. What is done at random instants is drawn from {@link #random}; its seed, which
 * is printed, repeats the decisions, not the instants.
 *
 * <p>When it is closed, however the test ended, no worker and no file of it is left. For one
 * thread.
 *
 * @param <E> what a process can do
 */
public final class CrossProcess<E extends Enum<E>> implements AutoCloseable {
  private static final String SEED = "hring.testkit.seed";
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long LOOK_MS = 2;

  private final Class<E> kinds;
  private final Path ledgers;
  private final Path rings;
  private final Random random;
  private final List<Worker<E>> workers = new ArrayList<>();
  private final Thread hook = new Thread(this::remove);

  /**
   * Creates one without workers.
   *
   * @param kinds what a process can do; 256 kinds at most
   * @throws UncheckedIOException if there is no room for its directories
   */
  public CrossProcess(Class<E> kinds) {
    this.kinds = kinds;
    long seed = Long.getLong(SEED, System.nanoTime() & Integer.MAX_VALUE);
    System.out.println("to repeat the decisions of this run: -D" + SEED + "=" + seed);
    random = new Random(seed);
    try {
      ledgers = Files.createTempDirectory("hring-cross-process");
      rings = Files.createTempDirectory(Path.of("/dev/shm"), "hring-cross-process");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the directories of the test", e);
    }
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Returns a directory in shared memory for the rings of this test alone: for {@code directory()}
   * of the builders of hring.
   *
   * @return an empty directory at first, gone when this is closed
   */
  public Path directory() {
    return rings;
  }

  /**
   * Returns what to decide by, so that a failure can be repeated.
   *
   * @return a source whose seed is the system property {@code hring.testkit.seed}, or else random
   */
  public Random random() {
    return random;
  }

  /**
   * Starts a worker.
   *
   * @param name for messages
   * @param main a class with a main method, which opens its ledger by {@link Ledger#ofThisWorker}
   * @param args what the main method is given, each as its {@code toString}
   * @return the worker
   */
  public Worker<E> start(String name, Class<?> main, Object... args) {
    return start(null, 0, name, main, args);
  }

  /**
   * Starts a worker that is held in the middle of what it does.
   *
   * @param what the entry of its ledger at which it stays, when it is written
   * @param times which one of that kind, from 1
   * @param name for messages
   * @param main a class with a main method, which opens its ledger by {@link Ledger#ofThisWorker}
   * @param args what the main method is given, each as its {@code toString}
   * @return the worker
   */
  public Worker<E> startHeldAt(E what, int times, String name, Class<?> main, Object... args) {
    if (times < 1) {
      throw new IllegalArgumentException("times " + times + " is less than 1");
    }
    return start(what, times, name, main, args);
  }

  private Worker<E> start(E heldAt, int times, String name, Class<?> main, Object... args) {
    Path ledger = ledgers.resolve(Integer.toString(workers.size()));
    List<String> options = new ArrayList<>(List.of("-D" + Ledger.FILE + "=" + ledger));
    if (heldAt != null) {
      options.add("-D" + Ledger.HOLD + "=" + heldAt.name() + ":" + times);
    }
    ChildJvm jvm = ChildJvm.start(List.of(), options, main, args);
    Worker<E> worker =
        new Worker<>(this, name, jvm, new LedgerReader<>(ledger, kinds), heldAt, times);
    workers.add(worker);
    return worker;
  }

  /**
   * Waits until something is so, for 60 s at most.
   *
   * @param what what is waited for, for the message
   * @param condition whether it is so; asked every few milliseconds
   * @throws InterruptedException if interrupted
   * @throws AssertionError if it is not, or a worker ends by itself and with an exception
   */
  public void await(String what, BooleanSupplier condition) throws InterruptedException {
    for (long start = System.nanoTime(); !condition.getAsBoolean(); pause(LOOK_MS)) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError("waited in vain until " + what + "\n" + describe());
      }
    }
  }

  /**
   * Lets the workers work for a while.
   *
   * @param millis how long, in milliseconds
   * @throws InterruptedException if interrupted
   * @throws AssertionError if a worker has ended by itself and with an exception
   */
  public void pause(long millis) throws InterruptedException {
    workers.forEach(Worker::requireWell);
    Thread.sleep(millis);
  }

  /** Returns what each living worker is at: its stacks. */
  private String describe() throws InterruptedException {
    StringBuilder text = new StringBuilder();
    for (Worker<E> worker : workers) {
      text.append(worker).append('\n');
      if (worker.jvm().isAlive()) {
        text.append(worker.jvm().threads()).append('\n');
      }
    }
    return text.toString();
  }

  /** Kills all workers that have not ended, and removes all files. */
  @Override
  public void close() {
    try {
      workers.forEach(Worker::close);
    } finally {
      Runtime.getRuntime().removeShutdownHook(hook);
      remove();
    }
  }

  private void remove() {
    workers.forEach(worker -> worker.jvm().close());
    remove(rings);
    remove(ledgers);
  }

  private static void remove(Path top) {
    try (Stream<Path> files = Files.walk(top)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + top, e);
    }
  }
}
