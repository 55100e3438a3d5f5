package hring.api;

import hring.api.spi.alloc.Owner;
import java.util.List;

/**
 * The contents of a pool at one moment.
 *
 * @param poolSize the size of the pool in bytes
 * @param blocks how many blocks are live
 * @param used the sum of the lengths of the live blocks, in bytes
 * @param held what the live blocks take up, in bytes: {@code used} plus what rounding up costs
 * @param free what could still be handed out, in bytes, reserves of participants included
 * @param largestFree the largest block that could be allocated now, in bytes
 * @param classes a line for each size of block that the allocator distinguishes, smallest first
 * @param owners a line for each owner of at least one block, lowest number first
 */
public record AllocatorStats(
    long poolSize,
    long blocks,
    long used,
    long held,
    long free,
    long largestFree,
    List<SizeClass> classes,
    List<Use> owners) {

  /** Copies the lists. */
  public AllocatorStats {
    classes = List.copyOf(classes);
    owners = List.copyOf(owners);
  }

  /**
   * Returns how fragmented the free memory is.
   *
   * @return 0 if all that is free could be allocated as one block (or nothing is free), up to
   *     nearly 1 the more scattered it is
   */
  public double fragmentation() {
    return free == 0 ? 0 : 1 - (double) largestFree / free;
  }

  /**
   * The blocks of one size.
   *
   * @param blockSize what such a block takes up, in bytes
   * @param live how many are live
   * @param free how many more are ready to be handed out in this size
   */
  public record SizeClass(long blockSize, long live, long free) {}

  /**
   * The blocks of one owner.
   *
   * @param owner the owner number, or {@link Owner#IN_FLIGHT}
   * @param blocks how many blocks it owns
   * @param used the sum of their lengths, in bytes
   */
  public record Use(int owner, long blocks, long used) {}
}
