package hring.bench;

import static hring.api.spi.alloc.SharedMemory.getLongAcquire;
import static hring.api.spi.alloc.SharedMemory.setLongRelease;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A ring of numbers in plain shared memory, published 64 at a time: the limit of a stream. Each
 * side's release of its own index pairs with the other side's acquire.
 */
final class SharedStream implements Workload {
  static final int PUBLISH = 64;

  private static final int SLOTS = 1 << 12;
  private static final long TAIL = 0;
  private static final long HEAD = 128;
  private static final long FIRST_SLOT = 4096;

  private final MemorySegment memory(Path directory) throws IOException {
    return SharedFile.map(directory.resolve("stream"), FIRST_SLOT + (long) SLOTS * Long.BYTES);
  }

  @Override
  public void sideA(SideA side) throws IOException {
    Writer writer = new Writer(memory(side.directory()));
    side.stream(
        Long.BYTES,
        (first, count) -> {
          for (long value = first; value < first + count; value++) {
            writer.put(value);
          }
          writer.publish();
        });
  }

  @Override
  public void sideB(SideB side) throws IOException {
    MemorySegment memory = memory(side.directory());
    side.ready();
    long head = 0;
    while (side.goesOn()) {
      long tail = getLongAcquire(memory, TAIL);
      long sum = 0;
      for (long i = head; i < tail; i++) {
        sum += memory.get(JAVA_LONG, slot(i));
      }
      setLongRelease(memory, HEAD, tail);
      side.received(tail - head, sum);
      head = tail;
    }
  }

  private static long slot(long index) {
    return FIRST_SLOT + (index & SLOTS - 1) * Long.BYTES;
  }

  /** The writing end. */
  private static final class Writer {
    private final MemorySegment memory;
    private long tail;
    private long head;

    Writer(MemorySegment memory) {
      this.memory = memory;
    }

    void put(long value) {
      while (tail - head == SLOTS) {
        publish();
        head = getLongAcquire(memory, HEAD);
      }
      memory.set(JAVA_LONG, slot(tail), value);
      tail++;
      if (tail % PUBLISH == 0) {
        publish();
      }
    }

    void publish() {
      setLongRelease(memory, TAIL, tail);
    }
  }
}
