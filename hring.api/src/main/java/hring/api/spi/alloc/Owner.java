package hring.api.spi.alloc;

/**
 * The owner numbers of blocks. A participant's number is the index of its slot in the region plus
 * one.
 */
public final class Owner {
  /**
   * No owner: no live block starts at the granule. Also the number of an observer, which changes
   * nothing.
   */
  public static final int NONE = 0;

  /**
   * The greatest number of a participant. An allocator may use 251 and 252 for free blocks; the
   * numbers above have the meanings below.
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
