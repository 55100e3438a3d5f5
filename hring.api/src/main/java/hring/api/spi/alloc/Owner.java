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

  /** The greatest number a participant can have. */
  public static final int MAX = 64;

  /** The block is a message that was queued and that no receiver has claimed yet. */
  public static final int IN_FLIGHT = 255;

  private Owner() {}
}
