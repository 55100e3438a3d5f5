package hring.api.spi.region;

import hring.api.Address;
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
  private final Counters counters;

  /** Holds the slot's lock; never mapped. */
  private final OpenFile lock;

  Participant(Participants table, MemorySegment slot, int owner, OpenFile lock) {
    this.table = table;
    this.slot = slot;
    this.owner = owner;
    this.lock = lock;
    counters = new Counters(slot);
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
   * Returns what the participant counts.
   *
   * @return its counters, the same object each time
   */
  public Counters counters() {
    return counters;
  }

  /**
   * Records what the participant is about to claim. Called before {@link ClaimCursor#tryMove}, and
   * {@link #took} after it.
   *
   * @param before the position where the claim begins
   * @param end the position where it ends
   * @param messages begins with the addresses of the messages
   * @param count how many, at most {@link ParticipantLayout#CLAIM_CAPACITY}
   * @param list the entry of the list that this claim ends, with its batch bit set; or {@link
   *     hring.api.Address#NULL}
   */
  public void recordClaim(long before, long end, long[] messages, int count, long list) {
    // Partner: the compare-and-set in Participants.confirmClaim(), by another receiver.
    if (SharedMemory.getLongAcquire(slot, ParticipantLayout.CLAIM_CONFIRMED) == end) {
      // Left over from a turn ago. Partner: the same compare-and-set, whose caller finds that this
      // claim is not confirmed yet.
      SharedMemory.compareAndSetLong(slot, ParticipantLayout.CLAIM_CONFIRMED, end, before);
    }
    record(before, end, messages, count, list);
  }

  /**
   * Records which messages that came back from others the participant is about to take. Those of
   * them are its own that show its number in the block table. {@link #took} is called afterwards.
   *
   * @param order tells which of several such records is the oldest: the least position
   * @param messages begins with the addresses of the messages
   * @param count how many, at most {@link ParticipantLayout#CLAIM_CAPACITY}
   */
  public void recordAdoption(long order, long[] messages, int count) {
    record(order, ClaimRecord.ADOPTED, messages, count, Address.NULL);
  }

  private void record(long before, long end, long[] messages, int count, long list) {
    // Empty while it is rewritten, so that a record is never read half old and half new. Partner of
    // the fence: the acquire in ClaimRecord.read(), by whoever reclaims after this process died.
    slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_COUNT, 0);
    SharedMemory.storeFence();
    slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_BEFORE, before);
    slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_END, end);
    slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_LIST, list);
    slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_BEGUN, 0);
    MemorySegment.copy(
        messages, 0, slot, ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_MESSAGES, count);
    counters.taking(count);
    // Partner: the acquire in ClaimRecord.read(), by whoever reclaims after this process died.
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_COUNT, count);
  }

  /**
   * Counts what was taken of what was recorded.
   *
   * @param messages begins with the addresses of those that were
   * @param count how many were
   */
  public void took(long[] messages, int count) {
    counters.took(messages, count);
  }

  /**
   * Notes that the block of the list that the claim ended is the participant's now. It is to be
   * freed next, and then {@link #forgetList} be called: in between, the block is the list's if it
   * is this participant's, and may be anybody's otherwise.
   *
   * @param block the block, without the batch bit
   */
  public void ownList(long block) {
    // Partner: the acquire in ClaimRecord.read(). The fence keeps the block from being freed
    // before.
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_LIST, block);
    SharedMemory.storeFence();
  }

  /** Notes that the list's block is freed. */
  public void forgetList() {
    // After the block was freed. Partner: the acquire in ClaimRecord.read().
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_LIST, Address.NULL);
  }

  /**
   * Rewrites the record without the messages that turned out not to be the participant's. Those
   * that are stay in it all the time, some of them twice.
   *
   * @param messages begins with the messages, in the order of the record
   * @param count how many
   */
  public void shrinkRecord(long[] messages, int count) {
    for (int i = 0; i < count; i++) {
      // One after the other, so that none is overwritten before it is written where it goes.
      // Partner: the acquire in ClaimRecord.read().
      SharedMemory.setLongRelease(
          slot, ParticipantLayout.CLAIM_MESSAGES + (long) i * Long.BYTES, messages[i]);
    }
    // Partner: the acquire in ClaimRecord.read().
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_COUNT, count);
  }

  /**
   * Notes that messages of the record are about to be handed out. From the first on, those that
   * others find in flight are not this record's any more.
   *
   * @param begun how many, from the first on
   */
  public void begin(int begun) {
    // After the messages became the participant's, and before anything that the application does.
    // Partner: the acquire in ClaimRecord.read().
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_BEGUN, begun);
    SharedMemory.storeFence();
  }

  /**
   * Begins to join a ring that delivers to each: from now on the sender frees nothing, until {@link
   * #tryMove} says where this receiver is. What the sender publishes is to be read in between. Ends
   * an eviction, too.
   */
  public void join() {
    // Partner: the acquire in Participants.readCursor().
    SharedMemory.setLongRelease(
        slot, ParticipantLayout.READ_CURSOR, ReadCursor.of(ReadCursor.JOINING, 0, 0));
    // Partner: the acquire in Participants.joins(), after a full fence: if that does not see this,
    // the sender has published before what is read from now on.
    table.countJoin();
  }

  /**
   * Returns the read cursor of this slot, which only the sender and this participant change.
   *
   * @return any 64 bits, to be taken apart by {@link ReadCursor}
   */
  public long readCursor() {
    return table.readCursor(owner);
  }

  /**
   * Moves the read cursor. May be called by any thread, one at a time.
   *
   * @param seen what it is
   * @param next what it becomes
   * @return false if it was something else: the sender has evicted this receiver
   */
  public boolean tryMove(long seen, long next) {
    // Partner: the acquire in Participants.readCursor(), by the sender, which frees what is passed;
    // and the compare-and-set in Participants.tryEvict().
    return SharedMemory.compareAndSetLong(slot, ParticipantLayout.READ_CURSOR, seen, next);
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
