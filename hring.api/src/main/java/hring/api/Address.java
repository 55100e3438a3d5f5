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

  /** The greatest length of a run. */
  public static final int MAX_RUN = 64;

  private static final int LENGTH_SHIFT = 32;
  private static final long BATCH_BIT = 1L << 63;

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
   * Returns whether the block lists the addresses of many messages.
   *
   * @param address any address
   * @return true if the batch bit is set
   */
  public static boolean isBatch(long address) {
    return address < 0;
  }

  /**
   * Sets the batch bit.
   *
   * @param address any address
   * @return the same block's address, marked as a batch
   */
  public static long asBatch(long address) {
    return address | BATCH_BIT;
  }

  /**
   * Clears the batch bit.
   *
   * @param address any address
   * @return the address as the allocator knows it
   */
  public static long asBlock(long address) {
    return address & ~BATCH_BIT;
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
        address,
        isBatch(address) ? "in a pack or batch, " : "",
        length(address),
        granules(address));
  }

  /**
   * Returns the length of the run that starts at an index: addresses at equal distances that have
   * the same length, as those of blocks have that were allocated one after the other.
   *
   * @param addresses holds any 64 bits each
   * @param start the index of the first
   * @param end the index after the last, more than {@code start}
   * @return how many, 1 to {@link #MAX_RUN}
   */
  public static int run(long[] addresses, int start, int end) {
    long first = addresses[start];
    long stride = start + 1 < end ? addresses[start + 1] - first : 0;
    if (stride <= 0 || stride > MAX_OFFSET) {
      return 1;
    }
    long expected = first;
    int next = start;
    int last = Math.min(end, start + MAX_RUN);
    while (next < last && addresses[next] == expected) {
      expected += stride;
      next++;
    }
    // An offset that overflowed into the length is another block altogether.
    return addresses[next - 1] >>> LENGTH_SHIFT == first >>> LENGTH_SHIFT ? next - start : 1;
  }
}
