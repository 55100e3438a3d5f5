package hring.api.spi.alloc;

/**
 * The numbers that say whose a block is. A participant's own number is its slot in the region plus
 * one.
 */
public final class Owner {
  /**
   * Nobody: the granule starts no live block. Also the number of an observer, which may look but
   * not change anything.
   */
  public static final int NONE = 0;

  /**
   * The greatest number a participant can have. 251 and 252 are for an allocator, for blocks that
   * are free; the rest is below.
   */
  public static final int MAX = 250;

  /**
   * The block is a message that a receiver claimed and never handed out: open to every receiver.
   */
  public static final int LEFTOVER = 253;

  /**
   * The block is a message that a receiver handed out before and did not free: open to every
   * receiver.
   */
  public static final int RETURNED = 254;

  /** The block is a message that was queued and that no receiver has claimed yet. */
  public static final int IN_FLIGHT = 255;

  private Owner() {}
}
