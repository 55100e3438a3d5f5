package hring.api.spi.alloc;

import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;

/**
 * The memory that an allocator works on: the same bytes in every process, mapped at different
 * addresses.
 *
 * @param metadata the allocator's own section of the region, of the size it asked for, aligned to
 *     64 bytes at least
 * @param pool the memory that is handed out; an allocator may use free blocks for its own data
 * @param geometry the sizes
 * @param alive returns whether the participant with an owner number is alive; may be called by any
 *     thread
 */
public record AllocatorMemory(
    MemorySegment metadata, MemorySegment pool, PoolGeometry geometry, IntPredicate alive) {

  /**
   * Checks that an owner's blocks may be reclaimed.
   *
   * @param owner the owner number
   * @throws IllegalArgumentException if no participant can have this number
   * @throws IllegalStateException if its participant is alive
   */
  public void requireDead(int owner) {
    if (owner < 1 || owner > geometry.maxOwners()) {
      throw new IllegalArgumentException(
          "owner " + owner + " is not from 1 to " + geometry.maxOwners());
    }
    if (alive.test(owner)) {
      throw new IllegalStateException(
          "participant " + owner + " is alive; only a dead one's blocks can be reclaimed");
    }
  }
}
