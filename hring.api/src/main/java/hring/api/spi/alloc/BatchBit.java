package hring.api.spi.alloc;

/**
 * The top bit of a word that names a block: set in the entry for a batch, whose block lists the
 * addresses of many messages, and in the address of a message that lies in a pack. To an allocator
 * no address with this bit is a live block.
 */
public final class BatchBit {
  private static final long BIT = 1L << 63;

  private BatchBit() {}

  /**
   * Returns whether the bit is set.
   *
   * @param word any 64 bits
   * @return true if it is
   */
  public static boolean isSet(long word) {
    return word < 0;
  }

  /**
   * Sets the bit.
   *
   * @param address a block's address
   * @return the same with the bit
   */
  public static long set(long address) {
    return address | BIT;
  }

  /**
   * Clears the bit.
   *
   * @param word any 64 bits
   * @return the address as the allocator knows it
   */
  public static long clear(long word) {
    return word & ~BIT;
  }
}
