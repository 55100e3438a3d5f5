package hring.api.spi.region;

import hring.api.NameException;
import hring.api.ParticipantStats;
import hring.api.RegionException;
import hring.api.spi.alloc.SharedMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The participant table of a region: who is attached.
 *
 * <p><b>Alive or dead.</b> A participant holds the lock on the byte of its slot ({@link
 * HeaderLayout#LOCK_BASE}) for life, and the kernel releases it at death, however that came, in
 * whatever pid, time or mount namespace. It takes the lock before its slot, and gives the slot back
 * before the lock. So of a slot that was seen taken, and then not locked, and that is still in the
 * state that was seen, the process has died.
 *
 * <pre>
 *   from                to                   when
 *   FREE                JOINING              a process has the lock
 *   JOINING             ACTIVE               it counts as attached
 *   JOINING, ACTIVE     FREE or LEFTOVER     it leaves; then it releases the lock
 *   JOINING, ACTIVE     RECLAIMING(by)       the lock is not held
 *   RECLAIMING(x)       RECLAIMING(by)       the lock of x is not held
 *   RECLAIMING(by)      FREE or LEFTOVER     nothing is left, or only messages that nobody began
 *   LEFTOVER            FREE                 all of these are taken
 * </pre>
 *
 * Any attached process may take a dead one's slot to RECLAIMING, and take it over from another that
 * died while it did so. May be used by any thread.
 */
public final class Participants {
  private static final System.Logger LOG = System.getLogger("hring");

  /** Each retry means that somebody else confirmed a later claim: only damage goes on for long. */
  private static final int MAX_RETRIES = 100_000;

  /** How often to try again if a free slot is still locked: its last user is just leaving. */
  private static final int JOIN_ATTEMPTS = 50;

  private static final long JOIN_PAUSE_NANOS = 1_000_000;

  /** When fewer than this part of the slots is free, they are crowded. */
  private static final int CROWDED = 4;

  /** The owner number of the sender. */
  public static final int SENDER = 1;

  private final Region region;
  private final MemorySegment header;
  private final MemorySegment table;
  private final int slots;
  private volatile boolean toldOfFailedLook;

  Participants(Region region, MemorySegment table, int slots) {
    this.region = region;
    header = region.headerMemory();
    this.table = table;
    this.slots = slots;
  }

  /**
   * Returns how large a table is.
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
   * @throws RegionException if all are taken, or the slot's lock cannot be had
   * @throws NameException if the region's file is not in its place any more
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
   * @throws RegionException if all are taken, or the slot's lock cannot be had
   * @throws NameException if the region's file is not in its place any more
   */
  public Participant begin() {
    OpenFile lock = region.openForLock();
    try {
      for (int attempt = 0; attempt < JOIN_ATTEMPTS; attempt++) {
        boolean leaving = false;
        for (int owner = SENDER; owner <= slots; owner++) {
          long seen = state(owner);
          if (SlotState.state(seen) == SlotState.FREE) {
            if (tryTake(owner, seen, lock)) {
              return new Participant(this, slot(owner), owner, region.keepLock(owner, lock));
            }
            leaving |= owner != SENDER;
          }
        }
        if (!leaving) {
          break;
        }
        LockSupport.parkNanos(JOIN_PAUSE_NANOS);
      }
    } catch (IOException e) {
      region.closeLock(lock);
      throw new RegionException(
          "cannot lock a slot of " + region.file() + " for this process: " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      region.closeLock(lock);
      throw e;
    }
    region.closeLock(lock);
    throw new RegionException(
        "all "
            + slots
            + " participant slots of "
            + region.file()
            + " are taken (the sender has one of them); detach a receiver first, or open the ring"
            + " with a larger maxReceivers");
  }

  private boolean tryTake(int owner, long seen, OpenFile lock) throws IOException {
    boolean ownRegion = owner == SENDER && region.holdsSenderLock();
    if (!ownRegion && !lock.tryLock(HeaderLayout.LOCK_BASE + owner - 1, 1)) {
      return false;
    }
    MemorySegment slot = slot(owner);
    // Locked first: whoever sees the slot taken, and then no lock, knows that its process has died.
    // Partner: the acquire in state().
    if (!SharedMemory.compareAndSetLong(
        slot, ParticipantLayout.STATE, seen, SlotState.next(seen, SlotState.JOINING, 0))) {
      if (!ownRegion) {
        lock.unlock(HeaderLayout.LOCK_BASE + owner - 1, 1);
      }
      return false;
    }
    slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.PID, ProcessHandle.current().pid());
    slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.THREAD_DEAD, 0);
    // Partner: the acquire in ClaimRecord.read(), by whoever reclaims this participant.
    SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_COUNT, 0);
    Counters.begin(slot);
    return true;
  }

  void activate(MemorySegment slot) {
    long seen = SharedMemory.getLongAcquire(slot, ParticipantLayout.STATE);
    // Partner: the acquire in state().
    SharedMemory.setLongRelease(
        slot, ParticipantLayout.STATE, SlotState.next(seen, SlotState.ACTIVE, 0));
  }

  void release(MemorySegment slot, int state) {
    release(slot, state, false);
  }

  private static void release(MemorySegment slot, int state, boolean reclaimed) {
    if (state == SlotState.FREE) {
      // Whoever takes the slot next must not be taken for one that claimed this. Partner: the
      // acquire in ClaimRecord.read().
      SharedMemory.setLongRelease(slot, ParticipantLayout.CLAIM_COUNT, 0);
    } else if (state == SlotState.LEFTOVER) {
      // No claim has these messages any more, but the slot's next user may die with this record in
      // place.
      ClaimRecord.setAdopted(slot);
    }
    long seen = SharedMemory.getLongAcquire(slot, ParticipantLayout.STATE);
    long next = reclaimed ? SlotState.reclaimed(seen, state) : SlotState.next(seen, state, 0);
    // Partner: the compare-and-set in tryTake(), by the slot's next user; and the acquire in
    // deaths(): what was counted before is seen.
    SharedMemory.setLongRelease(slot, ParticipantLayout.STATE, next);
  }

  /**
   * Looks at the lock of a slot, whatever the slot's state. One system call, no garbage. A look
   * that fails is told once, to the logger "hring".
   *
   * @param owner the owner number
   * @return whether a process holds it
   */
  public Liveness look(int owner) {
    try {
      return region.isLocked(owner) ? Liveness.ALIVE : Liveness.DEAD;
    } catch (IOException e) {
      if (!toldOfFailedLook) {
        toldOfFailedLook = true;
        LOG.log(
            System.Logger.Level.WARNING,
            "cannot see whether participant "
                + owner
                + " of "
                + region.file()
                + " is alive: it counts as alive, and is looked at again",
            e);
      }
      return Liveness.UNKNOWN;
    }
  }

  /**
   * Returns whether a participant is attached and not known to be dead.
   *
   * @param owner its owner number
   * @return true if its slot is active and its process runs, or nobody knows
   */
  public boolean isAlive(int owner) {
    return isActive(owner) && look(owner) != Liveness.DEAD;
  }

  /**
   * Notes that the thread has ended that alone may use a participant of this process. For people.
   *
   * @param owner the owner number
   */
  public void noteThreadDead(int owner) {
    // Partner: the acquire in isThreadDead().
    SharedMemory.setLongRelease(slot(owner), ParticipantLayout.THREAD_DEAD, 1);
  }

  /**
   * Returns whether a participant's process has noted that its thread has ended.
   *
   * @param owner the owner number
   * @return true if {@link #noteThreadDead} was called
   */
  public boolean isThreadDead(int owner) {
    // Partner: the release in noteThreadDead().
    return SharedMemory.getLongAcquire(slot(owner), ParticipantLayout.THREAD_DEAD) != 0;
  }

  private boolean isActive(int owner) {
    return SlotState.state(state(owner)) == SlotState.ACTIVE;
  }

  /** Returns the state word of a slot. */
  long state(int owner) {
    // Not through a slice, which would be garbage. Partner: every change of a slot's state, each by
    // a release or a compare-and-set.
    return SharedMemory.getLongAcquire(
        table, (owner - 1) * ParticipantLayout.SIZE + ParticipantLayout.STATE);
  }

  /**
   * Lists who is attached.
   *
   * @return the owner numbers of all active slots, dead processes included
   */
  public List<Integer> owners() {
    List<Integer> owners = new ArrayList<>();
    for (int owner = SENDER; owner <= slots; owner++) {
      if (isActive(owner)) {
        owners.add(owner);
      }
    }
    return owners;
  }

  /**
   * Counts the receivers that are attached and alive.
   *
   * @return the number
   */
  public int livingReceivers() {
    int living = 0;
    for (int owner = SENDER + 1; owner <= slots; owner++) {
      living += isAlive(owner) ? 1 : 0;
    }
    return living;
  }

  /**
   * Notes in the slot of whoever claimed last that its claim took place, before the cursor that
   * says so is overwritten.
   *
   * @param cursor the claim cursor
   * @param seen what it showed, and is about to be replaced
   */
  public void confirmClaim(ClaimCursor cursor, long seen) {
    int owner = ClaimCursor.owner(seen);
    if (owner < 1 || owner > slots) {
      return;
    }
    MemorySegment slot = slot(owner);
    long position = ClaimCursor.position(seen);
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      // Partner: the compare-and-set below, by another receiver.
      long confirmed = SharedMemory.getLongAcquire(slot, ParticipantLayout.CLAIM_CONFIRMED);
      // Partner: the acquires in readClaim() and Participant.recordClaim(). In this order: while
      // the cursor shows the claim, what was read before is an older one's. So a helper that is
      // stopped here for long cannot undo a later confirmation.
      if (confirmed == position
          || cursor.read() != seen
          || SharedMemory.compareAndSetLong(
              slot, ParticipantLayout.CLAIM_CONFIRMED, confirmed, position)) {
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
   * Returns how many participants there can be.
   *
   * @return the greatest owner number
   */
  public int slots() {
    return slots;
  }

  /**
   * Begins to reclaim what a dead participant left: from now on its slot is neither alive nor free.
   * Only one participant at a time succeeds for a slot. If that one dies before {@link
   * #endReclaim}, or fails, the next call succeeds again: each step of reclaiming can be done
   * twice.
   *
   * @param owner the owner number
   * @param by the owner number of the participant that reclaims
   * @return true if the slot's process is dead, and the slot is the caller's now
   */
  public boolean tryBeginReclaim(int owner, int by) {
    long seen = state(owner);
    int holder = owner;
    if (SlotState.state(seen) == SlotState.RECLAIMING) {
      holder = SlotState.by(seen);
    } else if (!SlotState.isTaken(seen)) {
      return false;
    }
    // In this order, see the class comment: by compare-and-set, since between the two looks it may
    // have left, and another have joined. Partner: the acquire in state().
    return (holder == by && holder != owner || look(holder) == Liveness.DEAD)
        && SharedMemory.compareAndSetLong(
            slot(owner),
            ParticipantLayout.STATE,
            seen,
            SlotState.next(seen, SlotState.RECLAIMING, by));
  }

  /**
   * Gives the slot of a dead participant, of whom nothing is left, to whoever joins next.
   *
   * @param owner the owner number, for which {@link #tryBeginReclaim} returned true
   */
  public void endReclaim(int owner) {
    release(slot(owner), SlotState.FREE, true);
  }

  /**
   * Ends reclaiming, but keeps the slot's record: it lists messages that are {@link
   * hring.api.spi.alloc.Owner#LEFTOVER} now.
   *
   * @param owner the owner number, for which {@link #tryBeginReclaim} returned true
   */
  public void endReclaimLeftover(int owner) {
    release(slot(owner), SlotState.LEFTOVER, true);
  }

  /**
   * Returns how many participants were reclaimed since the region was made.
   *
   * @return the number of calls of {@link #endReclaim} and {@link #endReclaimLeftover}
   */
  public long deaths() {
    long deaths = 0;
    for (int owner = SENDER + 1; owner <= slots; owner++) {
      // Partner: the release in release().
      deaths += SlotState.deaths(state(owner));
    }
    return deaths;
  }

  /**
   * Returns the state word of a slot whose record lists messages that are {@link
   * hring.api.spi.alloc.Owner#LEFTOVER}.
   *
   * @param owner the owner number
   * @return the word, for {@link #freeLeftover}; 0 if the slot is in another state
   */
  public long leftover(int owner) {
    long seen = state(owner);
    return SlotState.state(seen) == SlotState.LEFTOVER ? seen : 0;
  }

  /**
   * Frees a slot of whose record no message is left.
   *
   * @param owner the owner number
   * @param seen what {@link #leftover} returned, before the record was looked through
   * @return false if another has done so meanwhile
   */
  public boolean freeLeftover(int owner, long seen) {
    // Partner: the acquire in state(), by the slot's next user.
    return SharedMemory.compareAndSetLong(
        slot(owner), ParticipantLayout.STATE, seen, SlotState.next(seen, SlotState.FREE, 0));
  }

  /**
   * Returns whether somebody is reclaiming what a dead participant left.
   *
   * @param owner the owner number
   * @return true if so
   */
  public boolean isReclaiming(int owner) {
    return SlotState.state(state(owner)) == SlotState.RECLAIMING;
  }

  /**
   * Returns whether so few slots are free that none should be kept for a record.
   *
   * @return true if fewer than a quarter are free, or none
   */
  public boolean isCrowded() {
    int free = 0;
    for (int owner = SENDER + 1; owner <= slots; owner++) {
      free += SlotState.state(state(owner)) == SlotState.FREE ? 1 : 0;
    }
    return free < Math.max(1, slots / CROWDED);
  }

  /**
   * Reads what a dead participant had claimed, or was adopting from another. The record is empty if
   * the claim did not take place; it did if, and only if, the cursor or the slot says so: see
   * {@link ClaimCursor}.
   *
   * @param owner the owner number, for which {@link #tryBeginReclaim} returned true
   * @param cursor the ring's claim cursor
   * @param record gets the record
   */
  public void readClaim(int owner, ClaimCursor cursor, ClaimRecord record) {
    MemorySegment slot = slot(owner);
    record.read(slot);
    // The cursor first: whoever overwrites it afterwards has confirmed before.
    long seen = cursor.read();
    boolean shown = ClaimCursor.owner(seen) == owner && ClaimCursor.position(seen) == record.end();
    // Partner: the compare-and-set in confirmClaim().
    if (record.isClaim()
        && !shown
        && SharedMemory.getLongAcquire(slot, ParticipantLayout.CLAIM_CONFIRMED) != record.end()) {
      record.clear();
    }
  }

  /**
   * Reads the record of a slot whose participant has left messages behind.
   *
   * @param owner the owner number
   * @param record gets the record
   */
  public void leftoverRecord(int owner, ClaimRecord record) {
    record.read(slot(owner));
  }

  /**
   * Returns what a participant counts, for others to add to: to what its own thread writes, only
   * that thread does.
   *
   * @param owner the owner number
   * @return its counters, as they are now
   */
  public Counters counters(int owner) {
    return new Counters(slot(owner));
  }

  /**
   * Returns how many messages the sender has counted as submitted.
   *
   * @return the number since the ring opened, without those of a call of submit that has not
   *     returned
   */
  public long submitted() {
    return Counters.read(slot(SENDER), ParticipantLayout.MESSAGES_OUT);
  }

  /** Returns how many messages were ever taken by those who had a slot, or more. */
  long taken(int owner) {
    return Counters.read(slot(owner), ParticipantLayout.MESSAGES_IN);
  }

  /** Returns how many messages a participant holds, or more: see {@link Counters}. */
  long held(int owner) {
    return Counters.held(slot(owner));
  }

  /**
   * Returns whether the user of a slot may have messages, or somebody reclaims or has left some.
   * Makes no garbage.
   *
   * @param owner the owner number
   * @return false if nobody has the slot, or it holds nothing by its own count
   */
  public boolean mayHold(int owner) {
    return switch (SlotState.state(state(owner))) {
      // A participant that is joining has taken nothing yet.
      case SlotState.FREE, SlotState.JOINING -> false;
      case SlotState.ACTIVE -> Counters.held(table, (owner - 1) * ParticipantLayout.SIZE) != 0;
      default -> true;
    };
  }

  /**
   * Reads what all participants have counted.
   *
   * @return the figures of every slot that was ever used, by its number
   */
  public List<ParticipantStats> stats() {
    List<ParticipantStats> stats = new ArrayList<>();
    for (int owner = SENDER; owner <= slots; owner++) {
      if (state(owner) != 0) {
        stats.add(counters(owner).stats(owner, isActive(owner)));
      }
    }
    return stats;
  }

  /**
   * Returns the state word of a slot that somebody has, attached or about to be, dead processes
   * included. The word never comes again.
   *
   * @param owner the owner number
   * @return the word, which is never 0; 0 if nobody has the slot
   */
  public long taking(int owner) {
    long seen = state(owner);
    return SlotState.isTaken(seen) ? seen : 0;
  }

  /**
   * Returns how often receivers have joined a ring that delivers to each.
   *
   * @return a number that only counts up
   */
  public long joins() {
    // Partner: getAndAddLong in Participant.join(), with a full fence before, by the sender.
    return SharedMemory.getLongAcquire(header, HeaderLayout.JOINS);
  }

  void countJoin() {
    // Partner: the acquire in joins(). A full fence: what is read afterwards is newer.
    SharedMemory.getAndAddLong(header, HeaderLayout.JOINS, 1);
  }

  /**
   * Reads the read cursor of a slot.
   *
   * @param owner the owner number
   * @return any 64 bits, to be taken apart by {@link ReadCursor}
   */
  public long readCursor(int owner) {
    // Not through a slice, which would be garbage. Partner: every change of the word, by release or
    // by compare-and-set: what its receiver has passed, it reads no more.
    return SharedMemory.getLongAcquire(table, readCursorOf(owner));
  }

  /**
   * Evicts the receiver that has a slot.
   *
   * @param owner the owner number
   * @param seen its read cursor, as it was read
   * @return false if the cursor has changed meanwhile; nothing is changed then
   */
  public boolean tryEvict(int owner, long seen) {
    // Partner: the compare-and-set in Participant.tryMove(), of which this makes the next one fail.
    return SharedMemory.compareAndSetLong(
        table, readCursorOf(owner), seen, ReadCursor.evicted(seen));
  }

  private static long readCursorOf(int owner) {
    return (owner - 1) * ParticipantLayout.SIZE + ParticipantLayout.READ_CURSOR;
  }

  MemorySegment slot(int owner) {
    return table.asSlice((owner - 1) * ParticipantLayout.SIZE, ParticipantLayout.SIZE);
  }
}
