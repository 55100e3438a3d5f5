package hring.api.spi.region;

/**
 * The state word of a participant's slot.
 *
 * <pre>
 *   63                  40 39                 16 15       8 7        0
 *  +----------------------+---------------------+----------+----------+
 *  | deaths               | generation          | by       | state    |
 *  +----------------------+---------------------+----------+----------+
 * </pre>
 *
 * Every change raises the generation, so that a compare-and-set fails if anything happened since
 * its word was read. Only RECLAIMING has a {@code by}: the owner number of the participant that
 * reclaims. The deaths say how many users of the slot were reclaimed: a store of this word ends a
 * reclaim and counts it, so that none is counted twice, or not at all, if the one that reclaims
 * dies, too. Both counts start again at 0 after 2^24.
 */
final class SlotState {
  /** Nobody's. */
  static final int FREE = 0;

  /** A process that holds the slot's lock is about to attach. */
  static final int JOINING = 1;

  /** A process that holds the slot's lock is attached. */
  static final int ACTIVE = 2;

  /** The process has died, and participant {@code by} reclaims what it had. */
  static final int RECLAIMING = 3;

  /** Nobody's, but its record lists messages that are open to every receiver. */
  static final int LEFTOVER = 4;

  private static final int PART_MASK = 0xFF;
  private static final int BY_SHIFT = Byte.SIZE;
  private static final long GENERATION = 1L << 2 * Byte.SIZE;
  private static final int DEATHS_SHIFT = 40;
  private static final long DEATH = 1L << DEATHS_SHIFT;
  private static final long DEATHS_MASK = -DEATH;
  private static final long GENERATION_MASK = DEATH - GENERATION;

  private SlotState() {}

  static int state(long word) {
    return (int) word & PART_MASK;
  }

  static int by(long word) {
    return (int) (word >>> BY_SHIFT) & PART_MASK;
  }

  /** The word after a change to another state. */
  static long next(long word, int state, int by) {
    return word & DEATHS_MASK | word + GENERATION & GENERATION_MASK | (long) by << BY_SHIFT | state;
  }

  /** The word after the slot's user was reclaimed. */
  static long reclaimed(long word, int state) {
    return next(word, state, 0) + DEATH;
  }

  /** How many users of the slot were reclaimed. */
  static long deaths(long word) {
    return word >>> DEATHS_SHIFT;
  }

  /** Whether a process has the slot, attached or about to be. */
  static boolean isTaken(long word) {
    return state(word) == JOINING || state(word) == ACTIVE;
  }
}
