package hring.api.spi.region;

/**
 * The word in a receiver's slot that says how far it is, in a ring that delivers {@linkplain
 * hring.api.Delivery#TO_EACH to each}. {@code docs/decisions/broadcast.md} has its protocol.
 *
 * <pre>
 *   63  62 61          38 37                                   0
 *  +------+--------------+--------------------------------------+
 *  | kind |     run      |  messages passed, modulo 2^38        |
 *  +------+--------------+--------------------------------------+
 * </pre>
 *
 * All messages before those passed are done with. The run begins there: messages that the receiver
 * has begun, and that nobody may overwrite.
 */
public final class ReadCursor {
  /** Nobody's: it counts for nothing. */
  public static final int NONE = 0;

  /** A receiver joins: nothing may be freed before it has found where it begins. */
  public static final int JOINING = 1;

  /** A receiver reads. */
  public static final int READING = 2;

  /** The sender goes on without this receiver, and spares its run. */
  public static final int EVICTED = 3;

  /** The greatest length of a run. */
  public static final int MAX_RUN = (1 << 24) - 1;

  private static final int KIND_SHIFT = 62;
  private static final int RUN_SHIFT = 38;
  private static final long PASSED_MASK = (1L << RUN_SHIFT) - 1;

  private ReadCursor() {}

  /**
   * Composes a cursor.
   *
   * @param kind {@link #NONE}, {@link #JOINING}, {@link #READING} or {@link #EVICTED}
   * @param run the length of the run, 0 to {@link #MAX_RUN}
   * @param passed how many messages are passed; taken modulo 2^38
   * @return the word
   */
  public static long of(int kind, int run, long passed) {
    return (long) kind << KIND_SHIFT | (long) run << RUN_SHIFT | passed & PASSED_MASK;
  }

  /**
   * Returns the kind.
   *
   * @param word any 64 bits
   * @return {@link #NONE}, {@link #JOINING}, {@link #READING} or {@link #EVICTED}
   */
  public static int kind(long word) {
    return (int) (word >>> KIND_SHIFT);
  }

  /**
   * Returns the length of the run.
   *
   * @param word any 64 bits
   * @return 0 to {@link #MAX_RUN}
   */
  public static int run(long word) {
    return (int) (word >>> RUN_SHIFT) & MAX_RUN;
  }

  /**
   * Returns how far a cursor is behind.
   *
   * @param word any 64 bits
   * @param messages how many messages there are
   * @return how many of them are not passed, modulo 2^38: a great number if more are passed than
   *     there are
   */
  public static long behind(long word, long messages) {
    return messages - word & PASSED_MASK;
  }

  /**
   * Changes the kind alone.
   *
   * @param word a cursor
   * @return the same, evicted
   */
  public static long evicted(long word) {
    return word | (long) EVICTED << KIND_SHIFT;
  }
}
