package hring.api.spi.region;

/**
 * Where the fields of a participant's slot are. Offsets in bytes from the start of the slot.
 *
 * <pre>
 *     0  state word, process id and whether its thread has ended (both for people)
 *    24  counters, added to by any thread and by who reclaims: freed elsewhere, returned, discarded
 *    64  claim: position before, count, confirmed up to, position after, list, begun
 *   112  read cursor, if the ring delivers to each
 *   128  counters: nine of the participant's own thread; at 200, left, written by who joins
 *   256  claim: up to 512 addresses of 8 bytes
 * </pre>
 *
 * The slot's number plus one is the participant's owner number. Slot 0 is the sender's. {@link
 * SlotState} takes the state word apart, {@link Counters} says what is counted.
 */
public final class ParticipantLayout {
  /** How many messages a claim can record. */
  public static final int CLAIM_CAPACITY = 512;

  static final long STATE = 0;
  static final long PID = STATE + Long.BYTES;
  static final long THREAD_DEAD = PID + Long.BYTES;

  static final long FREED_ELSEWHERE = THREAD_DEAD + Long.BYTES;
  static final long RETURNED = FREED_ELSEWHERE + Long.BYTES;
  static final long DISCARDED = RETURNED + Long.BYTES;

  static final long CLAIM_BEFORE = 64;
  static final long CLAIM_COUNT = CLAIM_BEFORE + Long.BYTES;
  static final long CLAIM_CONFIRMED = CLAIM_COUNT + Long.BYTES;
  static final long CLAIM_END = CLAIM_CONFIRMED + Long.BYTES;
  static final long CLAIM_LIST = CLAIM_END + Long.BYTES;
  static final long CLAIM_BEGUN = CLAIM_LIST + Long.BYTES;

  static final long READ_CURSOR = CLAIM_BEGUN + Long.BYTES;

  static final long MESSAGES_IN = 128;
  static final long BYTES_IN = MESSAGES_IN + Long.BYTES;
  static final long MESSAGES_OUT = BYTES_IN + Long.BYTES;
  static final long BYTES_OUT = MESSAGES_OUT + Long.BYTES;
  static final long FREED = BYTES_OUT + Long.BYTES;
  static final long REDELIVERED = FREED + Long.BYTES;
  static final long FULL = REDELIVERED + Long.BYTES;
  static final long WAITS = FULL + Long.BYTES;
  static final long WAKES = WAITS + Long.BYTES;
  static final long LEFT = WAKES + Long.BYTES;

  static final long CLAIM_MESSAGES = 256;

  /** The size of a slot in bytes. */
  static final long SIZE = 4352;

  static {
    if (DISCARDED + Long.BYTES > CLAIM_BEFORE
        || READ_CURSOR + Long.BYTES > MESSAGES_IN
        || LEFT + Long.BYTES > CLAIM_MESSAGES
        || CLAIM_MESSAGES + (long) CLAIM_CAPACITY * Long.BYTES > SIZE) {
      throw new AssertionError("the fields of a slot do not fit");
    }
  }

  private ParticipantLayout() {}
}
