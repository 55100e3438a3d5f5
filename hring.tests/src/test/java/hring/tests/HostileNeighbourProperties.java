package hring.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Somebody with write access scribbles into the region between the steps of a sender and a
 * receiver, and while a handler runs: whatever they find, they end with a result or a clean
 * exception, in bounded time, and what they do next does too.
 *
 * <p>Opening a ring takes ten times as long as a try, so one ring is used for many, as long as
 * messages still pass. A try that fails is shrunk on new rings; where that fails no more, it took
 * the tries before it, which the printed seed repeats.
 */
class HostileNeighbourProperties {
  private static final int TRIES_PER_RING = 20;
  private static final int WATCHDOG_SECONDS = 20;

  private static Path directory;
  private static ExecutorService thread;
  private static Thread worker;
  private static Besieged besieged;
  private static int tries;

  @BeforeContainer
  static void make() throws IOException {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "hring-hostile-");
    thread =
        Executors.newSingleThreadExecutor(
            task -> worker = Thread.ofPlatform().daemon().unstarted(task));
  }

  @AfterContainer
  static void remove() throws Exception {
    run(HostileNeighbourProperties::raise);
    thread.shutdown();
    Files.delete(directory);
  }

  @Provide
  Arbitrary<List<Scribble>> scribbles() {
    Arbitrary<Long> values =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.longs().between(-3, 200),
            Arbitraries.of(Long.MIN_VALUE, -1L, 0L, 1L << 32, (1L << 56) - 1, 8L << 32));
    return Combinators.combine(
            Arbitraries.doubles().between(0, 1), values, Arbitraries.of(Scribble.Width.class))
        .as(Scribble::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  @Property
  void anywhere(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.URING, "slab", scribbles, Neighbour::everything);
  }

  @Property
  void inTheHeader(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.URING, "slab", scribbles, Neighbour::header);
  }

  @Property
  void inTheParticipantTable(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.URING, "slab", scribbles, Neighbour::participants);
  }

  @Property
  void anywhereOverShm(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.SHM, "slab", scribbles, Neighbour::everything);
  }

  @Property
  void inTheTailOfShm(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.SHM, "slab", scribbles, Neighbour::indices);
  }

  @Property
  void inTheEntriesOfShm(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.SHM, "slab", scribbles, Neighbour::entries);
  }

  @Property
  void inTheIndicesOfUring(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.URING, "slab", scribbles, Neighbour::indices);
  }

  @Property
  void inTheCompletionsOfUring(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.URING, "slab", scribbles, Neighbour::entries);
  }

  @Property
  void inABatch(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.URING, "slab", scribbles, Neighbour::batch);
  }

  @Property
  void inTheMetadataOfSlab(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.URING, "slab", scribbles, Neighbour::metadata);
  }

  @Property
  void inTheMetadataOfBuddy(@ForAll("scribbles") List<Scribble> scribbles) throws Exception {
    attack(Way.URING, "buddy", scribbles, Neighbour::metadata);
  }

  private static void attack(
      Way way, String allocator, List<Scribble> scribbles, Neighbour.Target target)
      throws Exception {
    run(
        () -> {
          if (besieged == null || !besieged.isOf(way, allocator) || tries == TRIES_PER_RING) {
            raise();
            besieged = Besieged.open(directory, way, allocator);
          }
          tries++;
          try {
            if (!besieged.bear(scribbles, target)) {
              raise();
            }
          } catch (Throwable e) {
            raise();
            throw e;
          }
          return null;
        });
  }

  /** Ends the ring, if there is one. */
  private static Void raise() throws IOException {
    Besieged last = besieged;
    besieged = null;
    tries = 0;
    if (last != null) {
      last.close();
    }
    return null;
  }

  private static void run(Callable<Void> task) throws Exception {
    Future<Void> done = thread.submit(task);
    try {
      done.get(WATCHDOG_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      AssertionError hang = new AssertionError("hangs for " + WATCHDOG_SECONDS + " s", e);
      hang.setStackTrace(worker.getStackTrace());
      throw hang;
    }
  }
}
