package hring.api.spi.alloc;

import hring.api.Address;

/**
 * The sizes of a pool, as its creator chose them; they never change.
 *
 * @param poolSize the size in bytes, a positive multiple of the granule
 * @param granule the unit of addressing in bytes, a power of two from 8 to 4096
 * @param maxOwners the greatest owner number; owner numbers run from 1 to it
 */
public record PoolGeometry(long poolSize, int granule, int maxOwners) {
  private static final int SMALL_GRANULE = 16;
  private static final int LARGE_GRANULE = 64;
  private static final long SMALL_POOL = 64L << 20;
  private static final int MIN_GRANULE = 8;
  private static final int MAX_GRANULE = 4096;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public PoolGeometry {
    if (granule < MIN_GRANULE || granule > MAX_GRANULE || Integer.bitCount(granule) != 1) {
      throw new IllegalArgumentException(
          "granule "
              + granule
              + " is not a power of two from "
              + MIN_GRANULE
              + " to "
              + MAX_GRANULE);
    }
    if (poolSize < granule || poolSize % granule != 0 || poolSize / granule > Address.MAX_OFFSET) {
      throw new IllegalArgumentException(
          "pool size "
              + poolSize
              + " is not a multiple of the granule "
              + granule
              + " from "
              + granule
              + " to "
              + Address.MAX_OFFSET * granule
              + " bytes");
    }
    if (maxOwners < 1 || maxOwners > Owner.MAX) {
      throw new IllegalArgumentException(
          "maxOwners " + maxOwners + " is not from 1 to " + Owner.MAX);
    }
  }

  /**
   * Returns the default granule of a pool. In a small pool several small messages share a cache
   * line, so that fewer lines travel between processors; in a large one the four bytes that
   * allocators keep for each granule would be too many.
   *
   * @param poolSize the size of the pool in bytes
   * @return 16 up to 64 MiB, 64 above; in bytes
   */
  public static int defaultGranule(long poolSize) {
    return poolSize <= SMALL_POOL ? SMALL_GRANULE : LARGE_GRANULE;
  }

  /**
   * Returns how many granules the pool has.
   *
   * @return the number, at least 1
   */
  public long granules() {
    return poolSize / granule;
  }

  /**
   * Returns the number of bits to shift a number of granules by to get bytes.
   *
   * @return the binary logarithm of the granule
   */
  public int granuleShift() {
    return Integer.numberOfTrailingZeros(granule);
  }

  /**
   * Returns whether the bytes that an address names lie inside the pool. It need not be a live
   * block.
   *
   * @param address any 64 bits
   * @return true if the batch bit is clear, the length is at least 1 and the last byte lies in the
   *     pool
   */
  public boolean contains(long address) {
    int length = Address.length(address);
    return address > 0
        && length > 0
        && (Address.granules(address) << granuleShift()) + length <= poolSize;
  }
}
