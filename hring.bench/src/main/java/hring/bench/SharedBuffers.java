package hring.bench;

import static hring.api.spi.alloc.SharedMemory.getLongAcquire;
import static hring.api.spi.alloc.SharedMemory.setLongRelease;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Buffers that one core writes and another reads, with a flag for each that says whose it is: what
 * the memory gives without any transport. There are as many as hring's pool has room for.
 */
final class SharedBuffers implements Workload {
  private static final int BUFFERS = 8;
  private static final long FLAGS = 4096;
  private static final long FLAG = 128;

  private final int size;

  SharedBuffers(int size) {
    this.size = size;
  }

  private MemorySegment memory(Path directory) throws IOException {
    return SharedFile.map(directory.resolve("buffers"), FLAGS + (long) BUFFERS * size);
  }

  private static long flag(long message) {
    return message % BUFFERS * FLAG;
  }

  private long buffer(long message) {
    return FLAGS + message % BUFFERS * size;
  }

  @Override
  public void sideA(SideA side) throws IOException {
    MemorySegment memory = memory(side.directory());
    side.stream(
        size,
        (first, count) -> {
          for (long value = first; value < first + count; value++) {
            await(memory, flag(value), 0);
            Payload.write(memory, buffer(value), size, value);
            setLongRelease(memory, flag(value), 1);
          }
        });
  }

  /** Each acquire of a flag pairs with the other side's release of it. */
  private static void await(MemorySegment memory, long flag, long wanted) {
    while (getLongAcquire(memory, flag) != wanted) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void sideB(SideB side) throws IOException {
    MemorySegment memory = memory(side.directory());
    side.ready();
    long next = 0;
    while (side.goesOn()) {
      if (getLongAcquire(memory, flag(next)) == 0) {
        Thread.onSpinWait();
      } else {
        long sum = Payload.read(memory, buffer(next), size);
        setLongRelease(memory, flag(next), 0);
        side.received(1, sum);
        next++;
      }
    }
  }
}
