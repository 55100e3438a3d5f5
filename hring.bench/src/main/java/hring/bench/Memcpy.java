package hring.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Copies buffers in one process: what a single copy of each message would cost. */
final class Memcpy implements Workload {
  private static final int BUFFERS = 8;
  private static final long PAGE = 4096;

  private final int size;

  Memcpy(int size) {
    this.size = size;
  }

  @Override
  public void sideA(SideA side) {
    MemorySegment from = Arena.global().allocate((long) BUFFERS * size, PAGE);
    MemorySegment to = Arena.global().allocate((long) BUFFERS * size, PAGE);
    // Pages that were never written would all be the same page of zeros.
    from.fill((byte) 1);
    side.stream(
        size,
        (first, count) -> {
          for (long value = first; value < first + count; value++) {
            long offset = value % BUFFERS * size;
            MemorySegment.copy(from, offset, to, offset, size);
          }
        });
  }

  @Override
  public void sideB(SideB side) {
    throw new UnsupportedOperationException("there is one side only");
  }
}
