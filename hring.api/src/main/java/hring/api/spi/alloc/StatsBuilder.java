package hring.api.spi.alloc;

import hring.api.AllocatorStats;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Adds up the figures of an allocator, one block after the other, for {@link Allocator#stats}. For
 * one thread.
 */
public final class StatsBuilder {
  private final long poolSize;
  private final TreeMap<Long, AllocatorStats.SizeClass> classes = new TreeMap<>();
  private final TreeMap<Integer, AllocatorStats.Use> uses = new TreeMap<>();
  private long blocks;
  private long used;
  private long held;
  private long free;
  private long largestFree;

  /**
   * Begins with a pool in which nothing is live or free.
   *
   * @param geometry of the pool
   */
  public StatsBuilder(PoolGeometry geometry) {
    poolSize = geometry.poolSize();
  }

  /**
   * Adds a live block.
   *
   * @param owner whose it is, as {@link Allocator#owner} returns it
   * @param length its exact length in bytes
   * @param blockSize what it takes up, in bytes
   * @return this
   */
  public StatsBuilder live(int owner, long length, long blockSize) {
    blocks++;
    used += length;
    held += blockSize;
    uses.merge(
        owner,
        new AllocatorStats.Use(owner, 1, length),
        (a, b) -> new AllocatorStats.Use(owner, a.blocks() + b.blocks(), a.used() + b.used()));
    count(blockSize, 1, 0);
    return this;
  }

  /**
   * Adds free blocks, also those in the reserves of participants.
   *
   * @param blockSize the size of each in bytes, which is also the largest length that it can get
   * @param count how many of them; 0 makes the size known
   * @return this
   */
  public StatsBuilder free(long blockSize, long count) {
    free += blockSize * count;
    if (count > 0) {
      largestFree = Math.max(largestFree, blockSize);
    }
    count(blockSize, 0, count);
    return this;
  }

  private void count(long blockSize, long more, long moreFree) {
    classes.merge(
        blockSize,
        new AllocatorStats.SizeClass(blockSize, more, moreFree),
        (a, b) ->
            new AllocatorStats.SizeClass(blockSize, a.live() + b.live(), a.free() + b.free()));
  }

  /**
   * Returns the figures of all that was added.
   *
   * @return with a line for each size and for each owner that was named
   */
  public AllocatorStats build() {
    List<AllocatorStats.SizeClass> sizes = new ArrayList<>(classes.values());
    return new AllocatorStats(
        poolSize, blocks, used, held, free, largestFree, sizes, List.copyOf(uses.values()));
  }
}
