package hring.bench;

import java.io.IOException;

/** Messages over Agrona's ring buffer. */
final class AgronaStream implements Workload {
  private static final String NAME = "stream";

  private final int size;

  AgronaStream(int size) {
    this.size = size;
  }

  @Override
  public void sideA(SideA side) throws IOException {
    AgronaRing ring = new AgronaRing(side.directory(), NAME);
    side.stream(
        size,
        (first, count) -> {
          for (long value = first; value < first + count; value++) {
            ring.send(size, value);
          }
        });
  }

  @Override
  public void sideB(SideB side) throws IOException {
    AgronaRing ring = new AgronaRing(side.directory(), NAME);
    Sum sum = new Sum();
    side.ready();
    while (side.goesOn()) {
      int count = ring.read(sum);
      if (count == 0) {
        Thread.onSpinWait();
      }
      side.received(count, sum.take());
    }
  }
}
