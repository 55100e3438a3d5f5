package hring.api.spi.region;

import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * This process's own slot in the participant table of a region. Used by the participant's own
 * thread.
 */
public final class Participant {
  private final Participants table;
  private final MemorySegment slot;
  private final int owner;

  /** Holds the slot's lock; never mapped. */
  private final OpenFile lock;

  Participant(Participants table, MemorySegment slot, int owner, OpenFile lock) {
    this.table = table;
    this.slot = slot;
    this.owner = owner;
    this.lock = lock;
  }

  /**
   * Returns the participant's number.
   *
   * @return 1 to {@link Owner#MAX}
   */
  public int owner() {
    return owner;
  }

  /**
   * Records what the participant is about to claim. Called before {@link ClaimCursor#tryMove}.
   *
   * @param first how many words of the ring had been claimed before
   * @param words the words
   * @param count how many, at most {@link ParticipantLayout#CLAIM_CAPACITY}
   */
  public void recordClaim(long first, long[] words, int count) {
    // Empty while it is rewritten, so that a record is never read half old and half new.
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_COUNT, 0);
    slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_FIRST, first);
    MemorySegment.copy(words, 0, slot, ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_WORDS, count);
    // Partner: the acquire in Participants.unsettledClaim(), by whoever repairs after this process
    // died.
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_COUNT, count);
  }

  /**
   * Forgets the recorded claim: every block in it now shows this owner, or the claim did not
   * succeed.
   */
  public void settleClaim() {
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_COUNT, 0);
    // Nothing that is freed afterwards is seen freed before: the record would name what is not its.
    SharedMemory.storeFence();
  }

  /** Counts as attached from now on. Called once, after {@link Participants#begin}. */
  public void activate() {
    table.activate(slot);
  }

  /** Leaves the table. The slot must not own anything any more. */
  public void leave() {
    leave(SlotState.FREE);
  }

  /**
   * Leaves the table, but not the slot's record: it lists messages that are {@link Owner#LEFTOVER}
   * now. Whoever finds none of them left frees the slot, by {@link Participants#freeLeftover}.
   */
  public void leaveLeftover() {
    leave(SlotState.LEFTOVER);
  }

  private void leave(int state) {
    // Nobody takes the slot for one of a dead process in between: it is given back first.
    try (lock) {
      table.release(slot, state);
    }
  }

  /**
   * Gives up the slot's lock and leaves the slot as it is: for all others this participant has died
   * now, and they reclaim what it had. May be called by any thread.
   */
  public void abandon() {
    lock.close();
  }
}
