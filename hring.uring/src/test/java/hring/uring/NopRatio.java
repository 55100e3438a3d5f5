package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Placement;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import hring.api.spi.SharedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Prints what one message per completion costs, against a bare loop of NOPs with the same batch:
 * the kernel's own price. Both are measured in turn, in one run. The messages are 8 bytes, written
 * by this process and read by another one.
 */
final class NopRatio {
  private static final int BATCH = 64;
  private static final int COMPLETIONS = 4096;
  private static final int MESSAGES = 2_000_000;
  private static final int ROUNDS = 11;
  private static final int WARM_UP_ROUNDS = 4;

  private NopRatio() {}

  public static void main(String[] args) throws Exception {
    String name = Numbers.uniqueRing();
    double[] nop = new double[ROUNDS];
    double[] hring = new double[ROUNDS];
    try (Arena arena = Arena.ofConfined();
        Sender sender = Numbers.ring(name).maxBatch(1).ringEntries(BATCH, COMPLETIONS).open();
        ChildJvm receiver = ChildJvm.start(Sum.class, name)) {
      UringCalls calls = NativePath.calls(arena);
      SetupStep step =
          sender.placement() == Placement.IN_REGION
              ? SetupStep.LADDER.get(0)
              : SetupStep.LADDER.get(2);
      MemorySegment memory =
          new Kernel(arena).mapPrivate(Ring.ringsSize(BATCH, COMPLETIONS), arena);
      try (Ring ring = Ring.make(calls, step, BATCH, COMPLETIONS, memory, arena).ring()) {
        sender.awaitReceiver(Numbers.PATIENCE);
        for (int i = -WARM_UP_ROUNDS; i < ROUNDS; i++) {
          double nopNanos = nops(calls, ring);
          double hringNanos = messages(sender);
          sender.awaitDrained(Numbers.PATIENCE);
          if (i >= 0) {
            nop[i] = nopNanos;
            hring[i] = hringNanos;
          }
        }
      }
      sender.close();
      System.out.println("receiver: " + receiver.finish());
    }
    Arrays.sort(nop);
    Arrays.sort(hring);
    print("bare NOP loop", nop);
    print("hring, one message per completion", hring);
    System.out.printf("ratio of the medians: %.3f%n", hring[ROUNDS / 2] / nop[ROUNDS / 2]);
  }

  private static void print(String what, double[] sorted) {
    System.out.printf(
        "%-35s median %.1f ns, %.1f to %.1f in %d rounds of %d%n",
        what, sorted[ROUNDS / 2], sorted[0], sorted[ROUNDS - 1], ROUNDS, MESSAGES);
  }

  /** Submits NOPs in batches and reads each completion, in one thread. */
  private static double nops(UringCalls calls, Ring ring) {
    RingArea area = RingArea.of(ring);
    MemorySegment rings = ring.rings();
    MemorySegment submissions = ring.submissions();
    long tailOffset = ring.params().submissionTail();
    int tail = SharedMemory.getIntAcquire(rings, tailOffset);
    int head = SharedMemory.getIntAcquire(rings, area.head());
    long sum = 0;
    long start = System.nanoTime();
    for (int sent = 0; sent < MESSAGES; sent += BATCH) {
      for (int i = 0; i < BATCH; i++) {
        long index = tail++ & BATCH - 1;
        submissions.set(
            JAVA_LONG, index * Ring.SUBMISSION_SIZE + Ring.SUBMISSION_USER_DATA, sent + i);
      }
      SharedMemory.setIntRelease(rings, tailOffset, tail);
      if (calls.submit(ring.fd(), BATCH) != BATCH) {
        throw new AssertionError("not all submitted");
      }
      int posted = SharedMemory.getIntAcquire(rings, area.tail());
      for (; head != posted; head++) {
        long index = head & COMPLETIONS - 1;
        sum += rings.get(JAVA_LONG, area.completions() + index * Ring.COMPLETION_SIZE);
      }
      SharedMemory.setIntRelease(rings, area.head(), head);
    }
    long nanos = System.nanoTime() - start;
    if (sum == 0) {
      throw new AssertionError("nothing was read");
    }
    return (double) nanos / MESSAGES;
  }

  private static double messages(Sender sender) {
    long start = System.nanoTime();
    for (int i = 0; i < MESSAGES; i++) {
      long address = sender.allocate(Long.BYTES);
      while (address == Address.NULL) {
        sender.submit();
        Numbers.pause();
        address = sender.allocate(Long.BYTES);
      }
      sender.pool().set(JAVA_LONG, sender.offset(address), i);
      while (!sender.tryQueue(address)) {
        sender.submit();
        Thread.onSpinWait();
      }
    }
    sender.submit();
    return (double) (System.nanoTime() - start) / MESSAGES;
  }

  /** Receives all and prints how many messages there were, and their sum. */
  static final class Sum {
    private static final int POLL = 64;
    private static long count;
    private static long sum;

    public static void main(String[] args) {
      try (Receiver receiver =
          Hring.receiver(args[0])
              .waitFor(Numbers.PATIENCE)
              .waitStrategy(WaitStrategy.SPIN)
              .attach()) {
        MemorySegment pool = receiver.pool();
        do {
          while (receiver.poll(
                  address -> {
                    count++;
                    sum += pool.get(JAVA_LONG, receiver.offset(address));
                  },
                  POLL)
              > 0) {
            Thread.onSpinWait();
          }
          receiver.await(Numbers.PATIENCE);
        } while (receiver.state() == StreamState.OPEN);
        System.out.println(count + " messages, sum " + sum);
      }
    }
  }
}
