package hring.api.spi.region;

import hring.api.Address;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongToIntFunction;

/**
 * The record of a claim in somebody else's slot, copied: of one who is dead, or has left and left
 * messages behind. Nothing in it is trusted but that its numbers are in range.
 */
public final class ClaimRecord {
  /** The end of a record of messages that did not come from the ring: no position. */
  static final long ADOPTED = -1;

  private final long[] messages = new long[ParticipantLayout.CLAIM_CAPACITY];
  private long before;
  private long end;
  private int count;
  private int begun;
  private long list;

  /** Creates an empty one. */
  public ClaimRecord() {}

  /** Copies what is in a slot. */
  void read(MemorySegment slot) {
    // Partner: the releases in Participant.record() and shrinkRecord().
    long recorded = SharedMemory.getLongAcquire(slot, ParticipantLayout.CLAIM_COUNT);
    count = Math.clamp(recorded, 0, messages.length);
    before = slot.get(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_BEFORE);
    end = slot.get(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_END);
    list = slot.get(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_LIST);
    begun = Math.clamp(slot.get(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_BEGUN), 0, count);
    MemorySegment.copy(
        slot, ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_MESSAGES, messages, 0, count);
  }

  /** Makes the record of a slot one of messages that did not come from the ring. */
  static void setAdopted(MemorySegment slot) {
    slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_END, ADOPTED);
    // Partner: the acquire of the slot's state in Participants.state(), and then read().
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_LIST, Address.NULL);
  }

  /** Makes it empty, as that of a claim that did not take place. */
  public void clear() {
    count = 0;
    begun = 0;
    list = Address.NULL;
  }

  long end() {
    return end;
  }

  /**
   * Returns whether the messages came from the ring, and not from another receiver.
   *
   * @return false for those that came back from another one
   */
  public boolean isClaim() {
    return end != ADOPTED;
  }

  /**
   * Returns how old a message is, to compare those of several records.
   *
   * @param index its index in the record
   * @param cursor the claim cursor, read afterwards
   * @return the more, the older
   */
  public long age(int index, long cursor) {
    return ClaimCursor.positionBehind(ClaimCursor.position(cursor), before + index);
  }

  /**
   * Returns a position for a record of messages from this one on.
   *
   * @param index the index of the first of them
   * @return the position
   */
  public long order(int index) {
    return before + index;
  }

  /**
   * Returns how many messages are recorded.
   *
   * @return 0 to {@link ParticipantLayout#CLAIM_CAPACITY}; 0 also if the claim did not take place
   */
  public int count() {
    return count;
  }

  /**
   * Returns how many of them were handed out or about to be.
   *
   * @return 0 to {@link #count}, from the first on
   */
  public int begun() {
    return begun;
  }

  /**
   * Returns a message.
   *
   * @param index 0 to {@link #count}
   * @return any 64 bits
   */
  public long message(int index) {
    return messages[index];
  }

  /**
   * Finds the first of the messages that were not begun which an owner has now.
   *
   * @param owners returns the owner of a message
   * @param owner the owner number
   * @return its index; {@link #count} if there is none
   */
  public int firstOf(LongToIntFunction owners, int owner) {
    int first = begun;
    while (first < count && owners.applyAsInt(messages[first]) != owner) {
      first++;
    }
    return first;
  }

  /**
   * Returns the list that the claim ended.
   *
   * @return with the batch bit set if its block may be in flight still; without if it is the list
   *     only while it is the participant's; {@link Address#NULL} if there is none
   */
  public long list() {
    return list;
  }
}
