package hring.bench;

import static hring.api.spi.alloc.SharedMemory.getLongAcquire;
import static hring.api.spi.alloc.SharedMemory.setLongRelease;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * One process allocates blocks, another frees them: the allocator without the ring. The addresses
 * go through a ring of plain shared memory, published 64 at a time; each side's release of its own
 * index pairs with the other side's acquire. A block also carries a number, so that the sums show
 * that every block arrived.
 */
final class AllocateAndFree implements Workload {
  private static final int SIZE = 64;
  private static final int SLOTS = 1 << 12;
  private static final long TAIL = 0;
  private static final long HEAD = 128;
  private static final long FIRST_SLOT = 4096;
  private static final int SIDE_A = 1;
  private static final int SIDE_B = 2;

  private final String allocatorName;
  private final boolean oneByOne;

  /**
   * Creates the workload.
   *
   * @param oneByOne whether the other process frees each block by a call of its own
   */
  AllocateAndFree(String allocatorName, boolean oneByOne) {
    this.allocatorName = allocatorName;
    this.oneByOne = oneByOne;
  }

  private static MemorySegment slots(Path directory) throws IOException {
    return SharedFile.map(directory.resolve("slots"), FIRST_SLOT + (long) SLOTS * Long.BYTES);
  }

  private static long slot(long index) {
    return FIRST_SLOT + (index & SLOTS - 1) * Long.BYTES;
  }

  @Override
  public void sideA(SideA side) throws IOException {
    SharedPool pool = SharedPool.format(side.directory(), allocatorName);
    try (Allocator allocator = pool.attach(SIDE_A)) {
      Allocating allocating = new Allocating(allocator, pool, slots(side.directory()));
      side.stream(
          SIZE,
          (first, count) -> {
            for (long value = first; value < first + count; value++) {
              allocating.put(value);
            }
            allocating.publish();
          });
    }
  }

  @Override
  public void sideB(SideB side) throws IOException {
    SharedPool pool = SharedPool.open(side.directory(), allocatorName);
    MemorySegment slots = slots(side.directory());
    long[] addresses = new long[SharedStream.PUBLISH];
    try (Allocator allocator = pool.attach(SIDE_B)) {
      side.ready();
      long head = 0;
      while (side.goesOn()) {
        long tail = Math.min(getLongAcquire(slots, TAIL), head + addresses.length);
        int count = (int) (tail - head);
        long sum = 0;
        for (int i = 0; i < count; i++) {
          addresses[i] = slots.get(JAVA_LONG, slot(head + i));
          sum += Payload.read(pool.memory(), pool.offset(addresses[i]), SIZE);
        }
        if (oneByOne) {
          for (int i = 0; i < count; i++) {
            allocator.free(addresses[i]);
          }
        } else {
          allocator.free(addresses, 0, count);
        }
        head = tail;
        setLongRelease(slots, HEAD, head);
        side.received(count, sum);
      }
    }
  }

  /** The allocating end. */
  private static final class Allocating {
    private final Allocator allocator;
    private final SharedPool pool;
    private final MemorySegment slots;
    private long tail;
    private long head;

    Allocating(Allocator allocator, SharedPool pool, MemorySegment slots) {
      this.allocator = allocator;
      this.pool = pool;
      this.slots = slots;
    }

    void put(long value) {
      long address = allocator.allocate(SIZE);
      while (address == Address.NULL) {
        publish();
        Thread.onSpinWait();
        address = allocator.allocate(SIZE);
      }
      Payload.write(pool.memory(), pool.offset(address), SIZE, value);
      allocator.transfer(address, SIDE_A, SIDE_B);
      while (tail - head == SLOTS) {
        publish();
        head = getLongAcquire(slots, HEAD);
      }
      slots.set(JAVA_LONG, slot(tail), address);
      tail++;
      if (tail % SharedStream.PUBLISH == 0) {
        publish();
      }
    }

    void publish() {
      setLongRelease(slots, TAIL, tail);
    }
  }
}
