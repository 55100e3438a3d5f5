package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Messages 0, 1, 2, ... of one long each, for both ends of a ring. */
public final class SequenceMessages {
  private static final int POLL = 100;

  private SequenceMessages() {}

  /** Queues one, without submitting it; false if the ring is full, and nothing is left then. */
  public static boolean tryQueue(Sender sender, long number) {
    if (RingKind.isChosenSmall()) {
      return sender.tryQueue(copy(number));
    }
    long address = sender.allocate(Long.BYTES);
    sender.segment(address).set(JAVA_LONG, 0, number);
    boolean queued = sender.tryQueue(address);
    if (!queued) {
      sender.free(address);
    }
    return queued;
  }

  /** Sleeps for so long, in a thread that nobody interrupts. */
  static void pauseAsleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends them; returns how often it had to wait for receivers. */
  public static long send(Sender sender, long from, long to) {
    boolean small = RingKind.isChosenSmall();
    long waits = 0;
    for (long i = from; i < to; i++) {
      waits += small ? queueCopy(sender, i) : queueBlock(sender, i);
      if (i % 64 == 63) {
        sender.submit();
      }
    }
    sender.submit();
    return waits;
  }

  private static MemorySegment copy(long number) {
    return MemorySegment.ofArray(new long[] {number});
  }

  private static long queueCopy(Sender sender, long number) {
    MemorySegment message = copy(number);
    long waits = 0;
    for (; !sender.tryQueue(message); waits++) {
      sender.submit();
      pause();
    }
    return waits;
  }

  private static long queueBlock(Sender sender, long number) {
    long waits = 0;
    long address = sender.allocate(Long.BYTES);
    for (; address == Address.NULL; waits++) {
      sender.submit();
      pause();
      address = sender.allocate(Long.BYTES);
    }
    sender.segment(address).set(JAVA_LONG, 0, number);
    for (; !sender.tryQueue(address); waits++) {
      sender.submit();
      pause();
    }
    return waits;
  }

  /** As {@link #send}, but allocates and queues many at a time, of changing number and size. */
  static void sendTogether(Sender sender, long to) {
    long[] addresses = new long[200];
    long number = 0;
    while (number < to) {
      int wanted = (int) Math.min(1 + number % addresses.length, to - number);
      long size = Long.BYTES + number % 3 * 100;
      int allocated = sender.allocate(size, addresses, 0, wanted);
      for (int i = 0; i < allocated; i++) {
        sender.segment(addresses[i]).set(JAVA_LONG, 0, number++);
      }
      int queued = sender.tryQueue(addresses, 0, allocated);
      while (queued < allocated) {
        sender.submit();
        pause();
        queued = sender.tryQueue(addresses, queued, allocated);
      }
      sender.submit();
    }
  }

  /** For loops that wait for the other side: ends them when the watchdog interrupts. */
  static void pause() {
    if (Thread.currentThread().isInterrupted()) {
      throw new AssertionError("interrupted by the watchdog");
    }
    Thread.onSpinWait();
  }

  /** Waits for about so long, without sleeping. */
  static void pauseFor(long nanos) {
    for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
      pause();
    }
  }

  /** Receives until the stream ends, and returns every number in the order it came. */
  public static List<Long> receiveAll(Receiver receiver) {
    List<Long> received = new ArrayList<>();
    do {
      while (receiver.poll((_, payload) -> received.add(payload.get(JAVA_LONG, 0)), POLL) > 0) {
        // Until nothing is there.
      }
      if (!receiver.await(TestRings.PATIENCE)) {
        throw new AssertionError(
            "nothing came for " + TestRings.PATIENCE + "; " + received.size() + " so far");
      }
    } while (receiver.state() == StreamState.OPEN);
    return received;
  }

  /** Opens a ring, waits for a receiver, sends, and closes, or waits to be killed. */
  public static final class Send {
    /** Arguments: name, count, max batch, "close" or "hang". */
    public static void main(String[] args) throws InterruptedException {
      SenderBuilder builder = TestRings.ring(args[0]).maxBatch(Integer.parseInt(args[2]));
      try (Sender sender = builder.open()) {
        if (!sender.awaitReceiver(TestRings.PATIENCE)) {
          throw new AssertionError("no receiver came");
        }
        send(sender, 0, Long.parseLong(args[1]));
        if (args[3].equals("hang")) {
          System.out.println("submitted");
          Thread.sleep(TestRings.PATIENCE.toMillis());
        }
      }
    }
  }

  /**
   * Attaches, receives all, and prints the numbers or, with "sum", only how many they were and
   * their sum.
   */
  static final class Receive {
    /** Arguments: name, wait strategy, "list" or "sum", and the user to trust or nothing. */
    public static void main(String[] args) {
      var builder =
          Hring.receiver(args[0])
              .waitStrategy(WaitStrategy.valueOf(args[1]))
              .waitFor(TestRings.PATIENCE);
      if (args.length > 3) {
        builder.fromUser(args[3]);
      }
      try (Receiver receiver = builder.attach()) {
        List<Long> received = receiveAll(receiver);
        if (args[2].equals("sum")) {
          long sum = received.stream().mapToLong(Long::longValue).sum();
          System.out.println(received.size() + " " + sum + " " + receiver.state());
        } else {
          received.forEach(System.out::println);
        }
      }
    }
  }
}
