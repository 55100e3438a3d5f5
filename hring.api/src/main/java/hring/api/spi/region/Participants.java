package hring.api.spi.region;

import hring.api.HringException;
import hring.api.RegionException;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The participant table of a region: who is attached.
 *
 * <p>A slot goes from free to joining by a compare-and-set that carries the identity of the
 * process, so that a process that dies while it joins is known; then to active; and back to free
 * when the participant leaves. The slot of a process that died goes to reclaiming, by the sender,
 * and to free when nothing of the dead one's is left. May be used by any thread.
 */
public final class Participants {
  /** Each retry means that somebody else confirmed a later claim: only damage goes on for long. */
  private static final int MAX_RETRIES = 100_000;

  private final MemorySegment table;
  private final long namespace;
  private final int slots;

  Participants(MemorySegment table, int slots, long namespace) {
    this.table = table;
    this.slots = slots;
    this.namespace = namespace;
  }

  /**
   * Tells how large a table is.
   *
   * @param slots the number of slots
   * @return the size in bytes
   */
  static long bytes(int slots) {
    return slots * ParticipantLayout.SIZE;
  }

  /**
   * Takes a free slot for this process.
   *
   * @return the slot
   * @throws RegionException if all are taken
   */
  public Participant join() {
    Participant participant = begin();
    participant.activate();
    return participant;
  }

  /**
   * Takes a free slot, but does not count as attached before {@link Participant#activate}: a sender
   * that waits for a receiver must not end while that one is still fetching the ring from it.
   *
   * @return the slot
   * @throws RegionException if all are taken
   */
  public Participant begin() {
    ProcessIdentity self = ProcessIdentity.self();
    for (int i = 0; i < slots; i++) {
      MemorySegment slot = slot(i);
      if (SharedMemory.compareAndSetLong(
          slot, ParticipantLayout.STATE, SlotState.FREE, SlotState.of(self, SlotState.JOINING))) {
        SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_COUNT, 0);
        return new Participant(this, slot, i + 1);
      }
    }
    throw new RegionException(
        "all " + slots + " participant slots of the region are taken; detach a participant first");
  }

  void activate(Participant participant) {
    // Partner: the acquire in identity().
    SharedMemory.setLongRelease(
        participant.slot(),
        ParticipantLayout.STATE,
        SlotState.of(ProcessIdentity.self(), SlotState.ACTIVE));
  }

  void release(Participant participant) {
    free(participant.slot());
  }

  /**
   * Tells whether a participant is alive.
   *
   * @param owner its owner number
   * @return true if the slot is taken and its process runs
   */
  public boolean isAlive(int owner) {
    ProcessIdentity identity = identity(owner);
    return identity != null && identity.isAlive();
  }

  /**
   * Tells who has a slot.
   *
   * @param owner the owner number, 1 to the number of slots
   * @return the process, or null if the slot is free or its process has only begun to join
   */
  public ProcessIdentity identity(int owner) {
    MemorySegment slot = slot(owner - 1);
    // Partner: the release in activate().
    long state = SharedMemory.getLongAcquire(slot, ParticipantLayout.STATE);
    return SlotState.state(state) == SlotState.ACTIVE ? SlotState.process(state, namespace) : null;
  }

  /**
   * Lists who is attached.
   *
   * @return the owner numbers of all active slots, dead processes included
   */
  public List<Integer> owners() {
    List<Integer> owners = new ArrayList<>();
    for (int owner = 1; owner <= slots; owner++) {
      if (identity(owner) != null) {
        owners.add(owner);
      }
    }
    return owners;
  }

  /**
   * Tells how many receivers are attached and alive.
   *
   * @return the number
   * @throws HringException if one lives in another pid namespace
   */
  public int livingReceivers() {
    int living = 0;
    for (int owner = SENDER + 1; owner <= slots; owner++) {
      living += isAlive(owner) ? 1 : 0;
    }
    return living;
  }

  /** The owner number of the sender. */
  public static final int SENDER = 1;

  /**
   * Notes in the slot of whoever claimed last that its claim took place, before the cursor that
   * says so is overwritten.
   *
   * @param cursor the claim cursor that is about to be replaced
   */
  public void confirmClaim(long cursor) {
    int owner = ClaimCursor.owner(cursor);
    if (owner < 1 || owner > slots) {
      return;
    }
    MemorySegment slot = slot(owner - 1);
    long count = ClaimCursor.count(cursor);
    // Only ever upwards: a helper that was stopped here for long must not undo a later
    // confirmation.
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      long seen = SharedMemory.getLongAcquire(slot, ParticipantLayout.CLAIM_CONFIRMED);
      if (seen >= count
          || SharedMemory.compareAndSetLong(slot, ParticipantLayout.CLAIM_CONFIRMED, seen, count)) {
        return;
      }
    }
    throw new RegionException(
        "the confirmed claim in the slot of participant "
            + owner
            + " never stops changing: a process damages the region; close the ring and open it"
            + " anew");
  }

  /**
   * Tells whether a living process has a receiver's slot, attached or about to be.
   *
   * @return true if there is one
   * @throws HringException if one lives in another pid namespace
   */
  public boolean hasLivingReceiver() {
    for (int owner = SENDER + 1; owner <= slots; owner++) {
      // Partner: the compare-and-set in begin() and the release in activate().
      long state = SharedMemory.getLongAcquire(slot(owner - 1), ParticipantLayout.STATE);
      if (isTaken(state) && SlotState.process(state, namespace).isAlive()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Tells how many participants there can be.
   *
   * @return the greatest owner number
   */
  public int slots() {
    return slots;
  }

  /**
   * Begins to take back what a dead participant left: from now on its slot is neither alive nor
   * free. Only the sender does this, so that only one at a time works on a slot.
   *
   * @param owner the owner number
   * @return true if the slot belonged to a process that is dead, and is the caller's now
   * @throws HringException if {@code /proc} does not tell
   */
  public boolean beginReclaim(int owner) {
    MemorySegment slot = slot(owner - 1);
    // Partner: the compare-and-set in begin() and the release in activate().
    long state = SharedMemory.getLongAcquire(slot, ParticipantLayout.STATE);
    // By compare-and-set: between the two looks it may have left, and another have joined.
    return isTaken(state)
        && !SlotState.process(state, namespace).isAlive()
        && SharedMemory.compareAndSetLong(
            slot, ParticipantLayout.STATE, state, SlotState.with(state, SlotState.RECLAIMING));
  }

  /**
   * Gives the slot of a dead participant, of whom nothing is left, to whoever joins next.
   *
   * @param owner the owner number, for which {@link #beginReclaim} returned true
   */
  public void endReclaim(int owner) {
    free(slot(owner - 1));
  }

  /**
   * Reads the claim that a dead participant recorded, if it took place and was not settled. The
   * claim took place if, and only if, the cursor or the slot says so: see {@link ClaimCursor}.
   *
   * <p>Neither an old cursor nor an old confirmation is ever mistaken for one of this claim, not
   * even those of the slot's previous users: what they claimed ended where this claim begins, or
   * before.
   *
   * @param owner the owner number, for which {@link #beginReclaim} returned true
   * @param cursor the ring's claim cursor
   * @param words gets the words, oldest first; has room for {@link
   *     ParticipantLayout#CLAIM_CAPACITY}. They come from shared memory and may be anything
   * @return how many they are, 0 if there is no such claim
   */
  public int unsettledClaim(int owner, ClaimCursor cursor, long[] words) {
    MemorySegment slot = slot(owner - 1);
    // Partner: the release in Participant.recordClaim().
    long count = SharedMemory.getLongAcquire(slot, ParticipantLayout.CLAIM_COUNT);
    if (count < 1 || count > ParticipantLayout.CLAIM_CAPACITY) {
      return 0;
    }
    long end = slot.get(ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_FIRST) + count;
    // The cursor first: whoever overwrites it afterwards has confirmed before.
    long seen = cursor.read();
    boolean shown = ClaimCursor.owner(seen) == owner && ClaimCursor.count(seen) == end;
    // Partner: the compare-and-set in confirmClaim().
    if (!shown && SharedMemory.getLongAcquire(slot, ParticipantLayout.CLAIM_CONFIRMED) < end) {
      return 0;
    }
    MemorySegment.copy(
        slot, ValueLayout.JAVA_LONG, ParticipantLayout.CLAIM_WORDS, words, 0, (int) count);
    return (int) count;
  }

  private static boolean isTaken(long state) {
    return SlotState.state(state) == SlotState.JOINING
        || SlotState.state(state) == SlotState.ACTIVE;
  }

  private MemorySegment slot(int index) {
    return table.asSlice(index * ParticipantLayout.SIZE, ParticipantLayout.SIZE);
  }

  private static void free(MemorySegment slot) {
    // Whoever takes the slot next must not be taken for one that claimed this.
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_COUNT, 0);
    // Partner: the compare-and-set in begin(), by the slot's next user.
    SharedMemory.setLongRelease(slot, ParticipantLayout.STATE, SlotState.FREE);
  }
}
