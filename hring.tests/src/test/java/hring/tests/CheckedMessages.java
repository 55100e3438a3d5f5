package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import hring.api.Address;
import hring.api.EvictedException;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.StreamState;
import java.lang.foreign.MemorySegment;

/**
 * Messages 0, 1, 2, ... of changing length, each with its number and a check sum of all its bytes;
 * and what a receiver that gets all of them knows of them.
 */
public final class CheckedMessages {
  private static final int HEAD = 2 * Long.BYTES;
  private static final int SIZES = 23;
  private static final int STEP = 8;
  private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

  /** Some of those are larger. */
  private static final int LARGE_EACH = 1000;

  private static final int LARGE = 5000;

  private long count;
  private long first = -1;
  private long next;
  private long missed;
  private int evictions;
  private long sum;

  public static long length(long number) {
    return number % LARGE_EACH == LARGE_EACH - 1 ? LARGE : HEAD + number % SIZES * STEP;
  }

  /** Queues one, without submitting it; false if there is no room, and nothing is left then. */
  static boolean tryQueue(Sender sender, long number) {
    long address = sender.allocate(length(number));
    if (address == Address.NULL) {
      return false;
    }
    write(sender.segment(address), number);
    boolean queued = sender.tryQueue(address);
    if (!queued) {
      sender.free(address);
    }
    return queued;
  }

  /** The same; small ones by copy, if the ring is of a kind that sends them so. */
  public static boolean tryQueueOfKind(Sender sender, long number) {
    if (!RingKind.isChosenSmall()) {
      return tryQueue(sender, number);
    }
    MemorySegment message = MemorySegment.ofArray(new byte[(int) length(number)]);
    write(message, number);
    return sender.tryQueue(message);
  }

  private static void write(MemorySegment message, long number) {
    message.set(JAVA_LONG_UNALIGNED, 0, number);
    for (long at = HEAD; at + Long.BYTES <= message.byteSize(); at += Long.BYTES) {
      message.set(JAVA_LONG_UNALIGNED, at, number * MIX + at);
    }
    message.set(JAVA_LONG_UNALIGNED, Long.BYTES, sum(message));
  }

  private static long sum(MemorySegment message) {
    long sum = message.byteSize();
    for (long at = 0; at + Long.BYTES <= message.byteSize(); at += Long.BYTES) {
      sum = at == Long.BYTES ? sum : (sum ^ message.get(JAVA_LONG_UNALIGNED, at)) * MIX;
    }
    return sum;
  }

  /** Sends them, and waits for room; returns how often it had to. */
  static long send(Sender sender, long from, long to) {
    long waits = 0;
    for (long i = from; i < to; i++) {
      while (!tryQueue(sender, i)) {
        waits++;
        sender.submit();
        SequenceMessages.pause();
      }
      if (i % 64 == 63) {
        sender.submit();
      }
    }
    sender.submit();
    return waits;
  }

  /** Returns its number; fails if it is not as it was sent. */
  public static long requireWhole(MemorySegment message) {
    long number = message.get(JAVA_LONG_UNALIGNED, 0);
    if (message.byteSize() != length(number)
        || message.get(JAVA_LONG_UNALIGNED, Long.BYTES) != sum(message)) {
      throw new AssertionError(
          "message " + number + ", of " + message.byteSize() + " bytes, is not as it was sent");
    }
    return number;
  }

  /** Notes one that came, and fails if it is not sound, or not the next one. */
  public void received(MemorySegment message) {
    long number = requireWhole(message);
    if (first < 0) {
      first = number;
      next = number;
    }
    if (number != next) {
      throw new AssertionError("message " + number + " came instead of " + next);
    }
    sum = (sum ^ message.get(JAVA_LONG_UNALIGNED, Long.BYTES)) * MIX;
    count++;
    next = number + 1;
  }

  void evicted(EvictedException e) {
    evictions++;
    missed += e.missed();
    if (first >= 0) {
      next += e.missed();
    }
  }

  /** Receives until the stream ends. */
  void receiveAll(Receiver receiver) {
    do {
      try {
        while (receiver.poll((_, message) -> received(message), 100) > 0) {
          // Until nothing is there.
        }
        if (!receiver.await(TestRings.PATIENCE)) {
          throw new AssertionError("nothing came for " + TestRings.PATIENCE + ": " + this);
        }
      } catch (EvictedException e) {
        evicted(e);
      }
    } while (receiver.state() == StreamState.OPEN);
  }

  long first() {
    return first;
  }

  public long count() {
    return count;
  }

  long missed() {
    return missed;
  }

  @Override
  public String toString() {
    return count
        + " from "
        + first
        + " to "
        + next
        + ", missed "
        + missed
        + " in "
        + evictions
        + ", sum "
        + sum;
  }

  /** Attaches, says so, receives all, and prints what it got. */
  static final class Subscriber {
    /** Argument: the name of the ring. */
    public static void main(String[] args) {
      CheckedMessages messages = new CheckedMessages();
      try (Receiver receiver = Hring.receiver(args[0]).waitFor(TestRings.PATIENCE).attach()) {
        System.out.println("attached");
        messages.receiveAll(receiver);
        System.out.println("got " + messages + " " + receiver.state());
      }
    }
  }
}
