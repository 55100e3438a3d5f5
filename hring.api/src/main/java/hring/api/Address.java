package hring.api;

/**
 * The 64 bits that name a block of a ring's pool, and that travel from process to process.
 *
 * <p>An address is a primitive {@code long} wherever it is passed, so that the hot path makes no
 * garbage; this class only knows how to take one apart:
 *
 * <pre>
 *   63    62                          32 31                             0
 *  +-----+------------------------------+--------------------------------+
 *  |batch|       length in bytes        |      offset in granules        |
 *  +-----+------------------------------+--------------------------------+
 * </pre>
 *
 * The length is at least 1, so no block has the address {@link #NULL}. The offset counts granules
 * from the start of the pool. The top bit is set in the entry for a batch, and in the address of a
 * small message that was sent by copy: that one is no block but lies in a pack, and has the unit of
 * its frame in place of the offset. An address carries no ring number: one of another ring is
 * noticed when it names no live block here, not otherwise.
 */
public final class Address {
  /**
   * No block: what an allocator returns when the pool is exhausted, and a receiver when there is no
   * message.
   */
  public static final long NULL = 0L;

  /** The greatest length of a block, in bytes. */
  public static final int MAX_LENGTH = Integer.MAX_VALUE;

  /** The greatest offset of a block, in granules. */
  public static final long MAX_OFFSET = 0xFFFF_FFFFL;

  private static final int LENGTH_SHIFT = 32;

  private Address() {}

  /**
   * Composes an address.
   *
   * @param granules the offset of the block from the start of the pool, in granules, 0 to {@link
   *     #MAX_OFFSET}
   * @param length the length of the block in bytes, 1 to {@link #MAX_LENGTH}
   * @return the address, never {@link #NULL}
   * @throws IllegalArgumentException if either is out of range
   */
  public static long of(long granules, long length) {
    if (granules < 0 || granules > MAX_OFFSET || length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "no address has offset " + granules + " granules and length " + length + " bytes");
    }
    return length << LENGTH_SHIFT | granules;
  }

  /**
   * Returns the length of the block.
   *
   * @param address any address
   * @return the length in bytes, 0 only if the address names no block
   */
  public static int length(long address) {
    return (int) (address >>> LENGTH_SHIFT) & MAX_LENGTH;
  }

  /**
   * Returns where the block starts.
   *
   * @param address any address
   * @return the offset from the start of the pool, in granules
   */
  public static long granules(long address) {
    return address & MAX_OFFSET;
  }

  /**
   * Returns a text for messages and logs.
   *
   * @param address any 64 bits
   * @return for instance {@code 0x0000000800000003 (8 bytes at granule 3)}
   */
  public static String toString(long address) {
    if (address == NULL) {
      return "NULL";
    }
    return String.format(
        "0x%016x (%s%d bytes at granule %d)",
        address, address < 0 ? "in a pack or batch, " : "", length(address), granules(address));
  }
}
