package hring.api.internal.recovery;

import hring.api.Address;
import hring.api.DeathPolicy;
import hring.api.Delivery;
import hring.api.InvalidAddressException;
import hring.api.RegionException;
import hring.api.internal.batch.Messages;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.ClaimRecord;
import hring.api.spi.region.Counters;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.PackLayout;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import hring.api.spi.region.SystemCalls;
import hring.api.spi.transport.Packs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.BitSet;

/**
 * How what receivers had comes back: from those that died, by any participant that is attached;
 * from this one when it leaves; and message by message on request. {@code
 * docs/decisions/returns.md} goes through the steps at which somebody can die.
 *
 * <p>What another process wrote is not trusted: only blocks that are live, and in flight or the
 * dead one's, are touched, and no more of them than the pool has. May be used by any thread.
 */
public final class Recovery {
  private final Region region;
  private final Allocator allocator;
  private final Messages messages;
  private final Packs packs;
  private final Participants participants;
  private final ClaimCursor cursor;
  private final MemorySegment header;
  private final int self;
  private final boolean redelivers;

  /** Whether receivers have the same messages: what one leaves, nobody needs. */
  private final boolean toEach;

  private final int deliveryLimit;
  private final ClaimRecord record = new ClaimRecord();
  private final Stillness stillness;

  /** The slots of the dead of which something could not be reclaimed, which was told. */
  private final BitSet givenUp = new BitSet();

  /** The slots that were LEFTOVER in the last round, and still in this very state. */
  private final long[] leftover;

  /**
   * Creates a participant's recovery.
   *
   * @param region the region
   * @param allocator the participant's allocator
   * @param self its owner number
   */
  public Recovery(Region region, Allocator allocator, int self) {
    this.region = region;
    this.allocator = allocator;
    this.self = self;
    messages = new Messages(region, allocator, self);
    packs = messages.packs();
    participants = region.participants();
    cursor = region.claimCursor();
    header = region.headerMemory();
    redelivers = region.header().deathPolicy() == DeathPolicy.REDELIVER;
    toEach = region.header().delivery() == Delivery.TO_EACH;
    deliveryLimit = region.header().deliveryLimit();
    leftover = new long[participants.slots() + 1];
    stillness = new Stillness(region, self);
  }

  /**
   * Returns whether no receiver has anything that it could leave by dying: to {@link #lookAround}
   * is not urgent. To be called ten times a second, before that. Where each receiver gets each
   * message, it is the sender alone for whom a death is urgent.
   *
   * @return true if it has been so for a second
   * @throws InternalError as {@link #lookAround}
   */
  boolean isStill() {
    return toEach ? self != Participants.SENDER : stillness.holds();
  }

  /**
   * Reclaims what receivers left that are dead by now, and sees to it that nothing that lies there
   * open to every receiver is forgotten. To be called ten times a second, unless it {@link
   * #isStill}.
   *
   * @throws RegionException if something could not be reclaimed; the others' was
   * @throws InternalError if the region was truncated: none of it can be looked at any more
   */
  public void lookAround() {
    RuntimeException failure = null;
    boolean forgotten = false;
    for (int owner = Participants.SENDER + 1; owner <= participants.slots(); owner++) {
      try {
        if (toEach) {
          freeLeftover(owner);
        } else {
          forgotten |= staysLeftover(owner);
        }
        if (owner != self) {
          reclaimIfDead(owner);
        }
      } catch (RuntimeException e) {
        failure = add(failure, e);
      }
    }
    stillness.look();
    if (forgotten) {
      announce();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static RuntimeException add(RuntimeException first, RuntimeException next) {
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }

  /**
   * Returns whether messages may come back from another receiver: one that was found dead, or whom
   * somebody else is reclaiming, or that left something.
   *
   * @return false if there is no such receiver now
   */
  public boolean mayBringBack() {
    if (toEach) {
      return false;
    }
    boolean may = false;
    boolean left = false;
    for (int owner = Participants.SENDER + 1; owner <= participants.slots(); owner++) {
      may |= reclaimIfDead(owner) || participants.isReclaiming(owner) && !isGivenUp(owner);
      left |= participants.leftover(owner) != 0;
    }
    if (left) {
      // Whoever took the last of it may have died before it freed the slot: all look again.
      announce();
    }
    return may || left;
  }

  /** Nobody leaves anything there: a receiver can only have written that itself. */
  private void freeLeftover(int owner) {
    long seen = participants.leftover(owner);
    if (seen != 0) {
      participants.freeLeftover(owner, seen);
    }
  }

  /** Nobody claims where all get the same. */
  private void readClaim(int owner) {
    if (toEach) {
      record.clear();
    } else {
      participants.readClaim(owner, cursor, record);
    }
  }

  private synchronized boolean isGivenUp(int owner) {
    return givenUp.get(owner);
  }

  /** One at a time in this process: the slot says only which participant reclaims. */
  private synchronized boolean reclaimIfDead(int owner) {
    if (givenUp.get(owner) || !participants.tryBeginReclaim(owner, self)) {
      return false;
    }
    try {
      reclaim(owner);
    } catch (RuntimeException e) {
      givenUp.set(owner);
      throw cannotReclaim(owner, e);
    }
    return true;
  }

  private void reclaim(int dead) {
    long start = System.nanoTime();
    // Partner: the reads of the mask in Doorbell and announce(): they wake nobody for the dead one.
    SharedMemory.getAndAndLong(
        header, HeaderLayout.parkedWord(dead), ~HeaderLayout.parkedBit(dead));
    readClaim(dead);
    boolean left = leaveBehind(dead);
    // Before anything that the dead one was handed becomes another's: it may have begun to free it.
    // It cannot have freed messages that it was never handed, so leaveBehind() may come first
    // (returns.md).
    allocator.finishOperation(dead);
    long list = ownedList(dead);
    Counters counters = participants.counters(dead);
    long[] discarded = new long[1];
    messages.forEach(
        dead,
        address -> {
          if (redelivers && address != list && tryReturn(address, dead)) {
            counters.returned(1);
          } else if (address != list) {
            discarded[0]++;
          }
        });
    counters.discardedAll(discarded[0]);
    messages.reclaim(dead);
    counters.reclaimed();
    // Before the slot is given back: if this process dies in between, all of it is done again.
    announce();
    new Totals(region).tookToReclaim(Duration.ofNanos(System.nanoTime() - start));
    if (left) {
      participants.endReclaimLeftover(dead);
      announce();
    } else {
      participants.endReclaim(dead);
    }
  }

  /**
   * Makes those messages of a record that were never begun open to every receiver. In place, so
   * that they keep their order; or, where slots are scarce, without the record.
   *
   * @return whether the record lists any
   */
  private boolean leaveBehind(int owner) {
    int to = participants.isCrowded() ? Owner.RETURNED : Owner.LEFTOVER;
    if (record.isClaim() && Packs.isPiece(record.list())) {
      return leaveBehindPacked(owner, to);
    }
    boolean left = false;
    for (int i = record.begun(); i < record.count(); i++) {
      long message = record.message(i);
      int holder = messages.owner(message);
      boolean isOwn =
          holder == owner || holder == Owner.IN_FLIGHT && record.isClaim() && record.begun() == 0;
      if (isOwn || holder == Owner.LEFTOVER) {
        messages.tryTransfer(message, holder, to, 0);
      }
      left |= messages.owner(message) == Owner.LEFTOVER;
    }
    long list = record.list();
    if (BatchBit.isSet(list)
        && !Packs.isPiece(list)
        && record.begun() == 0
        && allocator.owner(BatchBit.clear(list)) == Owner.IN_FLIGHT) {
      allocator.transfer(BatchBit.clear(list), Owner.IN_FLIGHT, owner);
    }
    return left;
  }

  /**
   * The same of messages that lie in a pack. What is in flight of them is the owner's by its record
   * alone: what it began and did not free becomes its own in the frame, too, as it is with blocks.
   * What it freed together is behind a frame that says how far it reaches; or the pack was filled
   * anew, and then it freed all.
   */
  private boolean leaveBehindPacked(int owner, int to) {
    long serial = Packs.serial(record.list());
    boolean left = false;
    long doneTo = 0;
    for (int i = 0; i < record.count(); i++) {
      long message = record.message(i);
      long frame = packs.frame(message, serial);
      int holder = PackLayout.owner(frame);
      if (holder == PackLayout.DONE) {
        doneTo = Packs.unit(message) + PackLayout.size(frame);
      } else if (Packs.unit(message) >= doneTo) {
        boolean begun = i < record.begun();
        if (holder == Owner.IN_FLIGHT || !begun && (holder == owner || holder == Owner.LEFTOVER)) {
          packs.tryTransfer(message, holder, begun ? owner : to, 0);
        }
        left |= !begun && packs.owner(message) == Owner.LEFTOVER;
      }
    }
    return left;
  }

  /** Returns the block of the list that a claim ended, if it is still its receiver's. */
  private long ownedList(int owner) {
    long list = Packs.isPiece(record.list()) ? Address.NULL : BatchBit.clear(record.list());
    return allocator.owner(list) == owner ? list : Address.NULL;
  }

  /**
   * Makes a message that was handed out open to every receiver.
   *
   * @return false if it was handed out as often as it may be, or is not the owner's; nothing is
   *     changed
   */
  private boolean tryReturn(long address, int owner) {
    return (deliveryLimit == 0 || messages.deliveries(address) + 1 < deliveryLimit)
        && messages.tryTransfer(address, owner, Owner.RETURNED, 1);
  }

  /**
   * Gives back a message of this participant, under any death policy. If it was handed out as often
   * as it may be, it is discarded and counted.
   *
   * @param address the message
   * @return false if it was discarded
   * @throws InvalidAddressException if it is no message of this participant; nothing is changed
   */
  public boolean giveBack(long address) {
    if (toEach) {
      throw new UnsupportedOperationException(
          "a ring that delivers to each has nobody to give a message back to, since all have it:"
              + " free it");
    }
    if (messages.owner(address) != self) {
      throw new InvalidAddressException(
          address, "is no message of this receiver: it was never taken, or is freed already");
    }
    boolean returned = tryReturn(address, self);
    Counters counters = participants.counters(self);
    if (returned) {
      // In this order: until it is announced, it counts as held (see Outstanding).
      announce();
      counters.returned(1);
    } else {
      messages.free(address);
      counters.discarded(1);
    }
    return returned;
  }

  /**
   * Gives back all that this participant has, and its slot. What it never handed out stays in the
   * order in which it was claimed.
   *
   * @param participant the slot
   * @throws RegionException if the region is damaged; as much as could be is given back, and the
   *     rest reclaimed by others
   */
  public void leave(Participant participant) {
    GivenUp givenUp = new GivenUp();
    boolean left;
    boolean whole = false;
    try {
      synchronized (this) {
        readClaim(self);
        left = leaveBehind(self);
        long list = ownedList(self);
        messages.forEach(self, address -> giveUp(address, list, givenUp));
      }
      // In this order: until it is announced, it counts as held, and the slot is this process's.
      announce();
      participant.counters().returned(givenUp.returned);
      // Before the slot is given back: what it flushes is done in this owner's name.
      allocator.close();
      whole = true;
    } finally {
      if (!whole) {
        // For all others this participant has died now: they reclaim what is left.
        participant.abandon();
      }
    }
    if (left) {
      participant.leaveLeftover();
      announce();
    } else {
      participant.leave();
    }
    givenUp.rethrow();
  }

  /** Somebody may have damaged what is known of one block: no reason to keep the others. */
  private void giveUp(long address, long list, GivenUp givenUp) {
    try {
      if (address == list) {
        allocator.free(address);
      } else if (redelivers && tryReturn(address, self)) {
        givenUp.returned++;
      } else {
        messages.free(address);
        participants.counters(self).discarded(1);
      }
    } catch (InvalidAddressException e) {
      // Another thread has freed it since it was seen: just as well.
    } catch (RuntimeException e) {
      givenUp.add(e);
    }
  }

  /** The participant that made a slot LEFTOVER may have died before announcing it. */
  private boolean staysLeftover(int owner) {
    long before = leftover[owner];
    leftover[owner] = participants.leftover(owner);
    return before != 0 && leftover[owner] == before;
  }

  /** Tells receivers to look for what came back, and wakes those that sleep. */
  private void announce() {
    // Partner: the acquire in Claims.returned(). And a full fence: a receiver that parks has set
    // its bit before
    // it looks at this word, so either it sees the new value or its bit is seen here.
    SharedMemory.getAndAddLong(header, HeaderLayout.RETURNED, 1);
    long parked = 0;
    // Partner: getAndOrLong in WakeWord.arm().
    for (int i = 0; i < HeaderLayout.PARKED_WORDS; i++) {
      parked |=
          SharedMemory.getLongAcquire(header, HeaderLayout.PARKED_MASK + (long) i * Long.BYTES);
    }
    if (parked != 0) {
      // Partner: the acquire in WakeWord.arm(), and the kernel's comparison in futex(2).
      SharedMemory.getAndAddInt(header, HeaderLayout.WAKE_WORD, 1);
      try {
        SystemCalls.present().wakeAll(header.asSlice(HeaderLayout.WAKE_WORD, Integer.BYTES));
      } catch (IOException e) {
        throw new RegionException(
            "cannot wake the receivers of " + region.file() + ": " + e.getMessage(), e);
      }
    }
  }

  private RegionException cannotReclaim(int owner, RuntimeException cause) {
    return new RegionException(
        "cannot reclaim what participant "
            + owner
            + " of "
            + region.file()
            + " left; its slot and its blocks stay taken until the ring is opened anew: "
            + cause.getMessage(),
        cause);
  }

  /**
   * The messages that a participant gave up by leaving. In a damaged table every granule may fail:
   * one exception is kept, the others are counted.
   */
  private static final class GivenUp {
    private long returned;
    private RuntimeException first;
    private long others;

    void add(RuntimeException failure) {
      if (first == null) {
        first = failure;
      } else {
        others++;
      }
    }

    void rethrow() {
      if (first != null) {
        if (others > 0) {
          first.addSuppressed(
              new RegionException("and " + others + " other blocks could not be given back"));
        }
        throw first;
      }
    }
  }
}
