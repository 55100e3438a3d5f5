package hring.bench;

import java.io.IOException;
import java.util.function.LongUnaryOperator;

/**
 * Messages in plain shared memory, each named by a NOP of its own, 64 NOPs per system call; the
 * other process reads the completions: the limit of one completion per message between two
 * processes.
 */
final class NopStream implements Workload {
  private static final String RING = "ring";
  private static final String MESSAGES = "messages";
  private static final int COMPLETIONS = 1 << 12;

  @Override
  public void sideA(SideA side) throws IOException {
    BareRing ring = BareRing.make(side.directory().resolve(RING), COMPLETIONS);
    BareMessages messages = new BareMessages(side.directory().resolve(MESSAGES));
    side.stream(Long.BYTES, (first, count) -> send(ring, messages, first, first + count));
  }

  private static void send(BareRing ring, BareMessages messages, long from, long to) {
    int queued = 0;
    for (long value = from; value < to; value++) {
      messages.put(value);
      ring.queue(value);
      if (++queued == BareRing.ENTRIES || value == to - 1) {
        while (!ring.hasRoom()) {
          Thread.onSpinWait();
        }
        ring.submit(queued);
        queued = 0;
      }
    }
  }

  @Override
  public void sideB(SideB side) throws IOException {
    BareMessages messages = new BareMessages(side.directory().resolve(MESSAGES));
    BareRing ring = BareRing.attach(side.directory().resolve(RING), COMPLETIONS);
    LongUnaryOperator read =
        value -> {
          long word = messages.take(value);
          messages.free(value);
          return word;
        };
    side.ready();
    while (side.goesOn()) {
      int before = ring.drained();
      long sum = ring.drain(read);
      side.received(ring.drained() - before, sum);
    }
  }
}
