package hring.api.spi.transport;

import hring.api.Address;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The layout of a batch: a block of the pool that lists the addresses of its messages. No other
 * class knows this layout.
 *
 * <pre>
 *   0          8                     8 * (count + 1)
 *  +----------+---------+-----------+----------------+
 *  |  count   | address | address...|  (not looked at)|
 *  +----------+---------+-----------+----------------+
 * </pre>
 *
 * The block's length is a multiple of 8, its count from 1 to what fits. A list may be freed and
 * overwritten by others while it is read: what was read is valid only if the claim that it was read
 * for takes place.
 */
public final class BatchList {
  /** The greatest number of messages of a list: the claim cursor counts no further. */
  public static final int MAX_MESSAGES = ClaimCursor.MAX_INDEX;

  /** A list takes up at most this fraction of the pool. */
  private static final long POOL_SHARE = 128;

  /** A list of one message is the shortest. */
  private static final long MIN_BYTES = 2L * Long.BYTES;

  private final MemorySegment pool;
  private final PoolGeometry geometry;
  private final long maxBytes;

  /**
   * Creates a view of the lists of a region.
   *
   * @param region the region
   */
  public BatchList(Region region) {
    pool = region.pool();
    geometry = region.header().geometry();
    maxBytes = bytes(fit(MAX_MESSAGES, Address.MAX_LENGTH, geometry.poolSize()));
  }

  /**
   * Returns the size of a list.
   *
   * @param messages how many messages it has room for
   * @return the size of its block in bytes
   */
  public static long bytes(int messages) {
    return (messages + 1L) * Long.BYTES;
  }

  /**
   * Returns how many messages a list has room for.
   *
   * @param block its block
   * @return the number
   */
  public static int capacity(long block) {
    return Address.length(block) / Long.BYTES - 1;
  }

  /**
   * Returns how many messages a batch may have in a pool.
   *
   * @param wanted how many are wanted
   * @param largestBlock the largest block of the allocator, in bytes
   * @param poolSize the size of the pool in bytes
   * @return at most {@code wanted}, at least 1; so few that a list fits into a block, and that
   *     lists take up little of the pool
   */
  public static int fit(int wanted, long largestBlock, long poolSize) {
    long fitting = Math.min(largestBlock, poolSize / POOL_SHARE) / Long.BYTES - 1;
    return (int) Math.max(1, Math.min(Math.min(wanted, MAX_MESSAGES), fitting));
  }

  /**
   * Writes a list.
   *
   * @param block a block of the writer's, large enough
   * @param addresses begins with the messages
   * @param count how many, at least 1
   */
  public void write(long block, long[] addresses, int count) {
    long offset = offset(block);
    pool.set(ValueLayout.JAVA_LONG, offset, count);
    MemorySegment.copy(addresses, 0, pool, ValueLayout.JAVA_LONG, offset + Long.BYTES, count);
  }

  /**
   * Returns how many messages a list has.
   *
   * @param block any 64 bits but the batch bit
   * @return the number; 0 if the block is not a list, or not any more
   */
  int count(long block) {
    int length = Address.length(block);
    if (!geometry.contains(block)
        || length < MIN_BYTES
        || length > maxBytes
        || length % Long.BYTES != 0) {
      return 0;
    }
    long count = pool.get(ValueLayout.JAVA_LONG, offset(block));
    return count < 0 || count >= length / Long.BYTES ? 0 : (int) count;
  }

  /**
   * Reads addresses from a list.
   *
   * @param block a block of which {@link #count} was not 0
   * @param index which message is the first
   * @param into gets the addresses
   * @param length how many; index and length together no more than its count
   */
  void read(long block, int index, long[] into, int length) {
    MemorySegment.copy(
        pool, ValueLayout.JAVA_LONG, offset(block) + (index + 1L) * Long.BYTES, into, 0, length);
  }

  private long offset(long block) {
    return Address.granules(block) << geometry.granuleShift();
  }
}
