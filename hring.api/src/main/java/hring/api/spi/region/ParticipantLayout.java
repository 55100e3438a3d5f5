package hring.api.spi.region;

/**
 * Where the fields of a participant's slot are. Offsets in bytes from the start of the slot.
 *
 * <pre>
 *   0                 8                                                                      64
 *  +-----------------+------------------------------------------------------------------------+
 *  | slot state      | (zero)                                                                 |
 *  +-----------------+-----------------+-----------------+------------------------------------+
 *  | claim: first    | claim: count    | claim: confirmed up to            | (zero)           |
 *  +-----------------+-----------------+-----------------------------------+------------------+
 *  | claim: the words claimed, up to 64 of 8 bytes                                            |
 *  +------------------------------------------------------------------------------------------+
 *  | (zero)                                                                              1024 |
 *  +------------------------------------------------------------------------------------------+
 * </pre>
 *
 * The slot's number plus one is the participant's owner number. Slot 0 is the sender's. A slot of
 * all zeros is free; {@link SlotState} takes the first word apart.
 */
public final class ParticipantLayout {
  /** How many words a claim can record. */
  public static final int CLAIM_CAPACITY = 64;

  static final long STATE = 0;

  static final long CLAIM_FIRST = 64;
  static final long CLAIM_COUNT = CLAIM_FIRST + Long.BYTES;
  static final long CLAIM_CONFIRMED = CLAIM_COUNT + Long.BYTES;
  static final long CLAIM_WORDS = CLAIM_FIRST + 64;

  /** The size of a slot in bytes. */
  static final long SIZE = 1024;

  static {
    if (CLAIM_WORDS + (long) CLAIM_CAPACITY * Long.BYTES > SIZE) {
      throw new AssertionError("a claim does not fit into its slot");
    }
  }

  private ParticipantLayout() {}
}
