package hring.api.spi;

import hring.api.Address;

/**
 * The sizes of a pool, as its creator chose them; they never change.
 *
 * @param poolSize the size in bytes, a positive multiple of the granule
 * @param granule the unit of addressing in bytes, a power of two from 8 to 4096
 * @param maxOwners the greatest owner number; owner numbers run from 1 to it
 */
public record PoolGeometry(long poolSize, int granule, int maxOwners) {
  /**
   * The granule of a pool when nobody asks for another, in bytes: one line of the processor's
   * cache.
   */
  public static final int DEFAULT_GRANULE = 64;

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
   * Tells how many granules the pool has.
   *
   * @return the number, at least 1
   */
  public long granules() {
    return poolSize / granule;
  }

  /**
   * Tells by how many bits a number of granules is shifted to get bytes.
   *
   * @return the binary logarithm of the granule
   */
  public int granuleShift() {
    return Integer.numberOfTrailingZeros(granule);
  }

  /**
   * Tells whether an address names bytes inside the pool; it may still not be a block.
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
