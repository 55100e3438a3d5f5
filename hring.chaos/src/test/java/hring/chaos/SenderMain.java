package hring.chaos;

import hring.api.Address;
import hring.api.CloseException;
import hring.api.Hring;
import hring.api.HringException;
import hring.api.InvalidAddressException;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.testkit.Ledger;
import hring.testkit.Orders;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** The sender's process: sends until it is told to close. */
final class SenderMain {
  private static final long POOL = 1 << 20;
  private static final int BURST = 200;
  private static final int GROUP = 60;

  /** Up to this size a message may be written in place. */
  private static final int SMALL = 1024;

  /** So often one that was written in place is not sent. */
  private static final int GIVEN_UP = 50;

  private static final int LARGEST = 4096;
  private static final int[] BATCHES = {1, 16, 256};
  private static final long NANOS_PER_MESSAGE = 1_000_000_000L / 20_000;
  private static final long RETRY_NANOS = 50_000;
  private static final long LONGEST_SLEEP_NANOS = 3_000_000_000L;
  private static final Duration HANDLED = Duration.ofSeconds(25);

  private final Sender sender;
  private final Ledger<Event> ledger;
  private final int generation;
  private final Random random;
  private final boolean tolerant;
  private final long[] addresses = new long[GROUP];
  private final MemorySegment copied = MemorySegment.ofArray(new byte[LARGEST]);
  private final boolean writesInPlace;
  private volatile boolean terminated;
  private long next;

  private SenderMain(
      Sender sender, Ledger<Event> ledger, int generation, Mode mode, boolean tolerant) {
    this.sender = sender;
    this.ledger = ledger;
    this.generation = generation;
    this.tolerant = tolerant;
    random = new Random(generation);
    writesInPlace = batch(generation) > 1 && !mode.isToEach();
  }

  /** Arguments: directory, name, ledger, generation, mode, and "tolerant" where scribbled upon. */
  public static void main(String[] args) throws Exception {
    int generation = Integer.parseInt(args[3]);
    Mode mode = Mode.valueOf(args[4]);
    boolean tolerant = args[5].equals("tolerant");
    SenderBuilder ring =
        Hring.sender(args[1])
            .directory(Path.of(args[0]))
            .poolSize(POOL)
            .transport(generation / 2 % 2 == 0 ? "uring" : "shm")
            .allocator(generation % 2 == 0 ? "slab" : "buddy")
            .maxBatch(batch(generation));
    SenderBuilder builder = mode.of(ring, generation);
    try (Ledger<Event> ledger = new Ledger<>(Path.of(args[2]))) {
      try (Sender sender = builder.open()) {
        ledger.write(Event.OPENED, RingId.of(args[1], sender.description()));
        SenderMain main = new SenderMain(sender, ledger, generation, mode, tolerant);
        Thread hook = new Thread(main::terminate);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
          main.run();
          main.finish();
        } catch (IllegalStateException e) {
          main.awaitTermination(e);
        }
        Runtime.getRuntime().removeShutdownHook(hook);
      }
      ledger.write(Event.CLOSED, 0);
    } catch (HringException | InvalidAddressException e) {
      if (!tolerant) {
        throw e;
      }
      System.out.println("ended by " + e);
    }
  }

  private static int batch(int generation) {
    return BATCHES[generation % BATCHES.length];
  }

  private void run() {
    long due = System.nanoTime();
    while (!isClosing()) {
      int count = 1 + random.nextInt(BURST);
      ledger.write(Event.INTENT, next + count);
      burst(count);
      sender.submit();
      ledger.write(Event.SUBMITTED, next);
      // What was missed while stopped, or while the ring was full, is not made up for.
      due = Math.max(due + count * NANOS_PER_MESSAGE, System.nanoTime());
      LockSupport.parkNanos(due - System.nanoTime());
      if (takeSleep()) {
        sleep();
      }
    }
  }

  private static boolean isClosing() {
    return Orders.said(Order.CLOSE) || Orders.said(Order.CLOSE_NOW);
  }

  /** Returns whether it was told to sleep since the last time. */
  private static boolean takeSleep() {
    boolean sleep = false;
    for (String line = Orders.poll(); line != null; line = Orders.poll()) {
      sleep |= line.equals(Order.SLEEP);
    }
    return sleep;
  }

  /** What receivers leave meanwhile comes back without this thread. */
  private void sleep() {
    ledger.write(Event.ASLEEP, 0);
    long end = System.nanoTime() + random.nextLong(LONGEST_SLEEP_NANOS);
    while (end - System.nanoTime() > 0 && !isClosing()) {
      LockSupport.parkNanos(RETRY_NANOS * 100);
    }
    ledger.write(Event.AWAKE, 0);
  }

  /** In a shutdown hook, while the main thread is anywhere. */
  private void terminate() {
    terminated = true;
    try {
      sender.close();
    } catch (CloseException e) {
      System.out.println("not submitted: " + e.getMessage());
    }
    ledger.write(Event.CLOSED, 0);
  }

  private void awaitTermination(IllegalStateException e) throws InterruptedException {
    if (!terminated) {
      throw e;
    }
    // The ledger is still being written.
    Thread.sleep(HANDLED.toMillis());
  }

  /** In blocks and by copy, a few of each, so that the order between both kinds shows. */
  private void burst(int count) {
    long end = next + count;
    while (next < end) {
      int most = (int) Math.min(end - next, 1 + random.nextInt(GROUP));
      long before = next;
      boolean goesOn = random.nextBoolean() ? sendBlocks(most) : sendCopies(most);
      if (!goesOn || next == before && !retry()) {
        return;
      }
    }
  }

  /** Several blocks are being written at a time, so that overlapping ones would show. */
  private boolean sendBlocks(int most) {
    int group = 0;
    while (group < most) {
      long key = Payload.key(generation, next + group);
      long address = sender.allocate(Payload.length(key));
      if (address == Address.NULL) {
        break;
      }
      Payload.write(sender.segment(address), key);
      addresses[group++] = address;
    }
    boolean queued = queue(group);
    next += queued ? group : 0;
    return queued;
  }

  /** Small ones go in packs, and some of them are written there; larger ones in blocks. */
  private boolean sendCopies(int most) {
    boolean queued = true;
    for (int i = 0; i < most && queued; i++) {
      long key = Payload.key(generation, next);
      queued = writesInPlace(key) ? sendInPlace(key) : sender.tryQueue(written(key));
      next += queued ? 1 : 0;
    }
    return true;
  }

  private MemorySegment written(long key) {
    MemorySegment message = copied.asSlice(0, Payload.length(key));
    Payload.write(message, key);
    return message;
  }

  private boolean writesInPlace(long key) {
    return writesInPlace && Payload.length(key) <= SMALL && random.nextBoolean();
  }

  private boolean sendInPlace(long key) {
    long offset = sender.claim(Payload.length(key));
    if (offset < 0) {
      return false;
    }
    Payload.write(sender.pool().asSlice(offset, Payload.length(key)), key);
    if (random.nextInt(GIVEN_UP) == 0) {
      // Another is written over it.
      return sender.tryQueue(written(key));
    }
    sender.commit();
    return true;
  }

  private boolean queue(int group) {
    for (int i = 0; i < group; i++) {
      if (!tolerant && !Payload.isSound(sender.segment(addresses[i]))) {
        ledger.write(Event.DAMAGED, Payload.key(generation, next + i));
      }
    }
    int queued = sender.tryQueue(addresses, 0, group);
    while (queued < group) {
      if (!retry()) {
        return false;
      }
      queued = sender.tryQueue(addresses, queued, group);
    }
    return true;
  }

  private boolean retry() {
    sender.submit();
    LockSupport.parkNanos(RETRY_NANOS);
    return !(tolerant && isClosing());
  }

  private void finish() {
    if (tolerant || Orders.said(Order.CLOSE_NOW)) {
      return;
    }
    if (!sender.awaitHandled(HANDLED)) {
      throw new AssertionError("not handled: " + sender.poolUse() + ", " + sender.recovered());
    }
    ledger.write(Event.ALL_HANDLED, 0);
  }
}
