package hring.api.spi.region;

/**
 * Where the fields of a participant's slot are. Offsets in bytes from the start of the slot.
 *
 * <pre>
 *     0  state word, process id and whether its thread has ended (both for people)
 *    64  claim: position before, count, confirmed up to, position after, list, begun
 *   128  counters
 *   256  claim: up to 128 addresses of 8 bytes
 * </pre>
 *
 * The slot's number plus one is the participant's owner number. Slot 0 is the sender's. {@link
 * SlotState} takes the state word apart.
 */
public final class ParticipantLayout {
  /** How many messages a claim can record. */
  public static final int CLAIM_CAPACITY = 128;

  static final long STATE = 0;
  static final long PID = STATE + Long.BYTES;
  static final long THREAD_DEAD = PID + Long.BYTES;

  static final long CLAIM_BEFORE = 64;
  static final long CLAIM_COUNT = CLAIM_BEFORE + Long.BYTES;
  static final long CLAIM_CONFIRMED = CLAIM_COUNT + Long.BYTES;
  static final long CLAIM_END = CLAIM_CONFIRMED + Long.BYTES;
  static final long CLAIM_LIST = CLAIM_END + Long.BYTES;
  static final long CLAIM_BEGUN = CLAIM_LIST + Long.BYTES;

  /** Where a participant keeps its counters. */
  static final long COUNTERS = 128;

  static final long CLAIM_MESSAGES = COUNTERS + 128;

  /** The size of a slot in bytes. */
  static final long SIZE = 1280;

  static {
    if (CLAIM_MESSAGES + (long) CLAIM_CAPACITY * Long.BYTES > SIZE) {
      throw new AssertionError("a claim does not fit into its slot");
    }
  }

  private ParticipantLayout() {}
}
