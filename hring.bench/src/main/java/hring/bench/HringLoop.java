package hring.bench;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;

/**
 * What {@link NopLoop} does, with messages of hring: 64 at a time are allocated, written, queued,
 * submitted, each as a completion of its own, and received, read and freed by the same thread. The
 * difference is what hring itself costs, without what two processors pay to see each other's
 * writes.
 */
final class HringLoop implements Workload {
  private static final int SIZE = Long.BYTES;

  private final String transport;
  private final long[] addresses = new long[BareRing.ENTRIES];
  private long sum;

  HringLoop(String transport) {
    this.transport = transport;
  }

  @Override
  public void sideA(SideA side) throws IOException {
    Limit limit = Limit.nops(BareRing.make(side.directory().resolve("nops")));
    try (Sender sender =
            Hring.sender(HringStream.RING)
                .directory(side.directory())
                .transport(transport)
                .maxBatch(1)
                .open();
        Receiver receiver = Hring.receiver(HringStream.RING).directory(side.directory()).attach()) {
      MemorySegment pool = receiver.pool();
      LongConsumer reader = address -> sum += Payload.read(pool, receiver.offset(address), SIZE);
      side.stream(SIZE, (first, count) -> loop(sender, receiver, reader, first, count), limit);
    }
  }

  private void loop(Sender sender, Receiver receiver, LongConsumer reader, long first, long count) {
    MemorySegment pool = sender.pool();
    sum = 0;
    for (long value = first; value < first + count; value += addresses.length) {
      int wanted = (int) Math.min(addresses.length, first + count - value);
      int taken = sender.allocate(SIZE, addresses, 0, wanted);
      for (int i = 0; i < taken; i++) {
        Payload.write(pool, sender.offset(addresses[i]), SIZE, value + i);
      }
      int queued = sender.tryQueue(addresses, 0, taken);
      sender.submit();
      int received = receiver.poll(reader, wanted);
      if (received != wanted) {
        throw new IllegalStateException(
            "of %d messages, %d were allocated, %d queued, %d received"
                .formatted(wanted, taken, queued, received));
      }
    }
    long expected = Payload.expectedSum(first + count, SIZE) - Payload.expectedSum(first, SIZE);
    if (sum != expected) {
      throw new IllegalStateException("messages add up to " + sum + ", not to " + expected);
    }
  }

  @Override
  public void sideB(SideB side) {
    throw new UnsupportedOperationException("there is one side only");
  }
}
