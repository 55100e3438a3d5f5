package hring.api.spi.region;

/**
 * The packs of a region: where small messages travel that were sent by copy, with no block of the
 * pool. A pack is a row of units; its first one is the pack's own, and each message is a frame, one
 * unit or more.
 *
 * <pre>
 *   pack   0          8         16                32
 *         +----------+---------+--------+--------+--------+---------+-----
 *         |  serial  | (zero)  | frame  |  message, 8 bytes or more ...
 *         +----------+---------+--------+--------+--------+---------+-----
 *                              |        |
 *   frame  63      56 55    52 51    40 39                         0
 *         +----------+--------+--------+----------------------------+
 *         |  owner   |deliver.|  size  |  serial                    |
 *         +----------+--------+--------+----------------------------+
 * </pre>
 *
 * The sender gives a pack a new serial each time that it fills it anew. A frame whose serial is not
 * its pack's is none any more, or not yet. The size is in bytes; 0 with owner IN_FLIGHT is the end
 * of a piece. Where the owner is {@link #DONE}, it is how many units, from this one on, are done
 * with.
 */
public final class PackLayout {
  /** The size of a unit in bytes. */
  public static final int UNIT = 16;

  /** By how many bits a number of units is shifted to get bytes. */
  public static final int UNIT_SHIFT = 4;

  /** How many units a pack has. */
  public static final int UNITS = 512;

  /** The largest message that a frame can be for, in bytes. */
  public static final int MAX_SIZE = 1024;

  /** The owner of a frame, in place of a participant: its message, and maybe more, were freed. */
  public static final int DONE = 252;

  /** The first serial is 1, so that memory of zeros has no frames. */
  public static final long SERIAL_MASK = (1L << 40) - 1;

  private static final long PACK = (long) UNITS << UNIT_SHIFT;
  private static final int MIN_PACKS = 4;
  private static final int MAX_PACKS = 64;

  /** The packs take up this part of the pool's size, beside it. */
  private static final int POOL_PART = 8;

  private static final int OWNER_SHIFT = 56;
  private static final int DELIVERIES_SHIFT = 52;
  private static final int DELIVERIES_MASK = 15;

  /** By how many bits the size is shifted in a frame. */
  public static final int SIZE_SHIFT = 40;

  private static final int SIZE_MASK = (1 << DELIVERIES_SHIFT - SIZE_SHIFT) - 1;

  /** The bits of a frame that its size takes up. */
  public static final long SIZE_BITS = (long) SIZE_MASK << SIZE_SHIFT;

  private PackLayout() {}

  /**
   * Returns how much room the packs of a region have.
   *
   * @param poolSize the size of its pool in bytes
   * @return the size of the section in bytes
   */
  static long bytes(long poolSize) {
    return Math.clamp(poolSize / POOL_PART / PACK, MIN_PACKS, MAX_PACKS) * PACK;
  }

  /**
   * Returns whether the packs of a region can have this size.
   *
   * @param size in bytes
   */
  static boolean isSize(long size) {
    return size >= PACK && size <= MAX_PACKS * PACK && size % PACK == 0;
  }

  /**
   * Composes a frame.
   *
   * @param owner whose it is, or {@link #DONE}
   * @param deliveries how often its message was handed out and came back, 0 to 15
   * @param size the size of its message in bytes, or how many units are done with
   * @param serial its pack's
   * @return the frame
   */
  public static long frame(int owner, int deliveries, int size, long serial) {
    return (long) owner << OWNER_SHIFT
        | (long) deliveries << DELIVERIES_SHIFT
        | (long) size << SIZE_SHIFT
        | serial;
  }

  /**
   * Returns whose a frame is.
   *
   * @param frame any 64 bits
   * @return 0 to 255
   */
  public static int owner(long frame) {
    return (int) (frame >>> OWNER_SHIFT);
  }

  /**
   * Returns how often a frame's message was handed out and came back.
   *
   * @param frame any 64 bits
   * @return 0 to 15
   */
  public static int deliveries(long frame) {
    return (int) (frame >>> DELIVERIES_SHIFT) & DELIVERIES_MASK;
  }

  /**
   * Returns the size of a frame's message, or how many units are done with.
   *
   * @param frame any 64 bits
   * @return 0 to 4095
   */
  public static int size(long frame) {
    return (int) (frame >>> SIZE_SHIFT) & SIZE_MASK;
  }

  /**
   * Returns the serial of the pack that a frame was written for.
   *
   * @param frame any 64 bits
   * @return the serial
   */
  public static long serial(long frame) {
    return frame & SERIAL_MASK;
  }

  /**
   * Returns how many units a message takes up with its frame.
   *
   * @param size its size in bytes
   * @return the number, at least 1
   */
  public static int units(int size) {
    return size + Long.BYTES + UNIT - 1 >>> UNIT_SHIFT;
  }
}
