package hring.alloc.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a participant that does nothing more keeps from the others. */
@Timeout(60)
final class SlabLeaseTest {
  private static final long POOL = 64 << 10;

  /**
   * Its part of the pool is one block of this size, so it may keep nothing beside the one it has.
   */
  @ParameterizedTest
  @ValueSource(longs = {1024, 2048, 4096})
  void aBlockOfOneDoesNotLockItsNeighbours(long size) {
    SlabProvider provider = new SlabProvider();
    PoolGeometry geometry = new PoolGeometry(POOL, 16, 2);
    try (Arena arena = Arena.ofConfined()) {
      AllocatorMemory memory =
          new AllocatorMemory(
              arena.allocate(provider.metadataSize(geometry), 64),
              arena.allocate(POOL, 64),
              geometry,
              owner -> true);
      provider.format(memory);
      Allocator idle = provider.attach(memory, 1);
      Allocator busy = provider.attach(memory, 2);
      idle.allocate(size);
      int count = 0;
      while (busy.allocate(size) != Address.NULL) {
        count++;
      }
      assertEquals(POOL / size - 1, count, "blocks that the other one got");
    }
  }
}
