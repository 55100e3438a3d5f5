package hring.bench;

import java.io.IOException;

/**
 * NOPs in batches of 64, completed and read by the thread that submits them: the kernel's own price
 * of a message that is a completion of its own.
 */
final class NopLoop implements Workload {
  @Override
  public void sideA(SideA side) throws IOException {
    BareRing ring = BareRing.make(side.directory().resolve("ring"));
    side.stream(Long.BYTES, (first, count) -> loop(ring, first, first + count));
  }

  /** Submits consecutive numbers, and checks that they come back. */
  static void loop(BareRing ring, long from, long to) {
    long sum = 0;
    long expected = 0;
    int queued = 0;
    for (long value = from; value < to; value++) {
      ring.queue(value);
      expected += value;
      if (++queued == BareRing.ENTRIES) {
        ring.submit(queued);
        sum += ring.drain();
        queued = 0;
      }
    }
    ring.submit(queued);
    sum += ring.drain();
    if (sum != expected) {
      throw new IllegalStateException("completions add up to " + sum + ", not to " + expected);
    }
  }

  @Override
  public void sideB(SideB side) {
    throw new UnsupportedOperationException("there is one side only");
  }
}
