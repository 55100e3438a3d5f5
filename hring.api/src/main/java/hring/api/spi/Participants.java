package hring.api.spi;

import hring.api.HringException;
import hring.api.RegionException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The participant table of a region: who is attached.
 *
 * <p>A slot goes from free to joining by a compare-and-set that carries the process id, so that a
 * process that dies while it joins is known; then to active once its start time is written; and
 * back to free when the participant leaves. May be used by any thread.
 */
public final class Participants {
  private static final int STATE_BITS = 32;

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
          slot,
          ParticipantLayout.STATE,
          ParticipantLayout.FREE,
          state(self.pid(), ParticipantLayout.JOINING))) {
        slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.START_TIME, self.startTime());
        SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_COUNT, 0);
        return new Participant(this, slot, i + 1);
      }
    }
    throw new RegionException(
        "all " + slots + " participant slots of the region are taken; detach a participant first");
  }

  void activate(Participant participant) {
    // Partner: the acquire in identity(): who sees the slot active also sees its start time.
    SharedMemory.setLongRelease(
        participant.slot(),
        ParticipantLayout.STATE,
        state(ProcessIdentity.self().pid(), ParticipantLayout.ACTIVE));
  }

  void release(Participant participant) {
    // Partner: the compare-and-set in join(), by the slot's next user.
    SharedMemory.setLongRelease(
        participant.slot(), ParticipantLayout.STATE, ParticipantLayout.FREE);
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
    if ((int) state != ParticipantLayout.ACTIVE) {
      return null;
    }
    return new ProcessIdentity(
        state >>> STATE_BITS,
        slot.get(ValueLayout.JAVA_LONG, ParticipantLayout.START_TIME),
        namespace);
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
    long seen = SharedMemory.getLongAcquire(slot, ParticipantLayout.CLAIM_CONFIRMED);
    while (seen < count
        && !SharedMemory.compareAndSetLong(slot, ParticipantLayout.CLAIM_CONFIRMED, seen, count)) {
      seen = SharedMemory.getLongAcquire(slot, ParticipantLayout.CLAIM_CONFIRMED);
    }
  }

  private MemorySegment slot(int index) {
    return table.asSlice(index * ParticipantLayout.SIZE, ParticipantLayout.SIZE);
  }

  private static long state(long pid, int state) {
    return pid << STATE_BITS | state;
  }
}
