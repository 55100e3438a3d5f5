package hring.api.spi.region;

/**
 * The state word of a participant's slot.
 *
 * <pre>
 *   63                                        16 15       8 7        0
 *  +--------------------------------------------+----------+----------+
 *  | generation                                 | by       | state    |
 *  +--------------------------------------------+----------+----------+
 * </pre>
 *
 * Every change raises the generation, so that a compare-and-set fails if anything happened since
 * its word was read. Only RECLAIMING has a {@code by}: the owner number of the participant that
 * reclaims.
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
  private static final int GENERATION_SHIFT = 2 * Byte.SIZE;

  private SlotState() {}

  static int state(long word) {
    return (int) word & PART_MASK;
  }

  static int by(long word) {
    return (int) (word >>> BY_SHIFT) & PART_MASK;
  }

  /** The word after a change to another state. */
  static long next(long word, int state, int by) {
    return (word >>> GENERATION_SHIFT) + 1 << GENERATION_SHIFT | (long) by << BY_SHIFT | state;
  }

  /** Whether a process has the slot, attached or about to be. */
  static boolean isTaken(long word) {
    return state(word) == JOINING || state(word) == ACTIVE;
  }
}
