package hring.api.spi.transport;

import hring.api.Address;
import hring.api.Delivery;
import hring.api.RegionException;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participant;
import hring.api.spi.region.ParticipantLayout;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;

/**
 * Claims messages of a ring, over any transport. Used by the receiver's thread.
 *
 * <ol>
 *   <li>Read the claim cursor.
 *   <li>Read the entries beyond it: a run of single messages, a part of the list of one batch, or
 *       of a piece of a pack.
 *   <li>Record them in the receiver's slot.
 *   <li>Confirm the claim that the cursor shows, in the slot of its owner.
 *   <li>Move the cursor by compare-and-set.
 * </ol>
 *
 * Entries, and the list of a batch, may be overwritten while they are read, but only after another
 * receiver has moved the cursor; then the compare-and-set fails, and they are read again. {@link
 * ClaimCursor} says how a survivor knows whether the claim of a dead receiver took place.
 */
public class Claims {
  /** The greatest number of messages of one claim. */
  public static final int MAX_CLAIM = ParticipantLayout.CLAIM_CAPACITY;

  private static final int MAX_RETRIES = 1_000_000;

  /** Not an address: an entry may be there. */
  private static final long UNKNOWN = -1;

  final Entries entries;
  private final ClaimCursor cursor;
  private final Participant participant;
  private final Participants participants;
  private final Region region;
  private final MemorySegment header;
  final EntryReader reader;

  /** The value of {@link #returned} when this receiver last looked for messages that came back. */
  private long lookedAt;

  /** Up to which entry the ring is known to be posted. */
  private long known;

  /** Whether {@link #known} was read for the last claim, and not for one before. */
  private boolean upToDate = true;

  /**
   * Creates a receiver's access to a ring, whatever its delivery.
   *
   * @param region the region
   * @param participant the receiver's slot
   * @param entries the ring
   * @return claims, or a subscription that has joined
   */
  public static Claims of(Region region, Participant participant, Entries entries) {
    return region.header().delivery() == Delivery.TO_EACH
        ? Subscription.join(region, participant, entries)
        : new Claims(region, participant, entries);
  }

  /**
   * Creates a receiver's access to a ring whose receivers compete.
   *
   * @param region the region
   * @param participant the receiver's slot
   * @param entries the ring
   */
  public Claims(Region region, Participant participant, Entries entries) {
    this.region = region;
    this.participant = participant;
    this.entries = entries;
    cursor = region.claimCursor();
    participants = region.participants();
    header = region.headerMemory();
    reader = new EntryReader(region, entries);
  }

  /**
   * Claims messages: from now on they are this receiver's, and its slot has a record of them.
   *
   * @param into gets the addresses, oldest first. An address with the batch bit set is not a
   *     message: the sender queued a damaged list
   * @param limit how many at most, 1 to {@link #MAX_CLAIM} and the length of {@code into}
   * @return how many were claimed, 0 if there are none
   * @throws RegionException if the ring is damaged
   */
  public int claim(long[] into, int limit) {
    int most = Math.min(limit, MAX_CLAIM);
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      long seen = cursor.read();
      long count = ClaimCursor.count(seen);
      int posted = posted(count, most);
      if (posted == 0) {
        return 0;
      }
      if (posted < 0 || posted > entries.size()) {
        requireMoved(seen, posted);
        continue;
      }
      reader.read(into, seen, most, posted);
      if (reader.end == ClaimCursor.position(seen)) {
        // A piece that goes on later; unless it was read as it is filled anew.
        if (cursor.read() == seen) {
          return 0;
        }
        continue;
      }
      int length = reader.length;
      participant.recordClaim(
          ClaimCursor.position(seen), reader.end, into, length, reader.list | reader.piece);
      if (ClaimCursor.owner(seen) != participant.owner()) {
        participants.confirmClaim(cursor, seen);
      }
      boolean moved = cursor.tryMove(seen, participant.owner(), reader.end);
      participant.took(into, moved ? length : 0);
      // If it is the mere end of a piece that was claimed, go on behind it.
      if (moved && length > 0) {
        return length;
      }
    }
    throw new RegionException(
        "the claim cursor of "
            + region.file()
            + " never stops changing: a process damages the region; close the ring and open it"
            + " anew");
  }

  /**
   * Returns how many entries are posted beyond a count, as far as the next claim needs to know. The
   * sender goes on writing to where that is read from: so it is not read again for a list that is
   * known to be posted. Of single messages a claim takes all there are; and behind a piece nothing
   * may be posted before its end.
   */
  private int posted(long count, int most) {
    long first = entries.entry(count);
    boolean single = !BatchBit.isSet(first);
    if (!single && !Packs.isPiece(first)) {
      long rest = ClaimCursor.beyond(known, count);
      if (rest > 0 && rest <= entries.size()) {
        upToDate = false;
        return (int) rest;
      }
    }
    upToDate = true;
    int posted = entries.postedBeyond(count, single ? most + 1 : 2);
    known = count + posted;
    return posted;
  }

  /**
   * Returns whether the last claim left messages in the ring because of its limit.
   *
   * @return true if it was
   */
  public boolean hasMore() {
    return reader.more;
  }

  /**
   * Returns whether there may have been messages behind the last claim.
   *
   * @return false if there was none when it was made
   */
  public boolean mayHaveMore() {
    return reader.more || !upToDate;
  }

  /**
   * Returns the list whose end the last claim reached. Its block belongs to the receiver, too,
   * which has to free it in the order described at {@link Participant#ownList}.
   *
   * @return the block, or {@link Address#NULL} if the last claim did not end a list
   */
  public long endedList() {
    return reader.list == Address.NULL ? Address.NULL : BatchBit.clear(reader.list);
  }

  /**
   * Returns whether the messages claimed last lie in a pack. They are the receiver's by its claim
   * alone: it takes them over only if it keeps them.
   *
   * @return true if so
   */
  public boolean isPacked() {
    return reader.isPacked();
  }

  /**
   * Checks that the cursor has moved. The tail was read after the cursor, so it can be more than
   * the ring ahead only if the cursor read is out of date.
   */
  private void requireMoved(long seen, int posted) {
    if (cursor.read() == seen) {
      throw new RegionException(
          "the ring of "
              + region.file()
              + " is damaged: "
              + posted
              + " entries beyond the claim cursor, it has "
              + entries.size());
    }
  }

  /**
   * Peeks at the entry that would be claimed next; cheap enough to spin on. Only a hint: another
   * receiver may claim the entry first, or may have claimed it long ago.
   *
   * @return any 64 bits, or {@link Address#NULL} if there is no entry. Do not rely on this hint
   *     alone: in a damaged ring {@link #claim} and {@link #hasEntries} may find an entry that this
   *     does not show
   */
  public long peek() {
    long seen = cursor.read();
    long entry = entries.entry(ClaimCursor.count(seen));
    boolean there = entry != Address.NULL && reader.isThere(entry, seen);
    // If others have claimed it meanwhile, it may be blank for the ring's next round.
    return there ? entry : cursor.read() == seen ? Address.NULL : UNKNOWN;
  }

  /**
   * Returns whether there may be a message: an entry to claim, or one that came back from another
   * receiver since {@link #looked}.
   *
   * @return true if there may
   */
  public boolean hasEntries() {
    long seen = cursor.read();
    long count = ClaimCursor.count(seen);
    int posted = entries.postedBeyond(count, 2);
    // Behind a piece nothing is posted before it has its end.
    boolean there =
        posted != 0
            && (posted != 1 || reader.isThere(entries.entry(count), seen) || cursor.read() != seen);
    return there || hasReturned();
  }

  /**
   * Returns whether messages came back from other receivers since {@link #looked}.
   *
   * @return true if some did
   */
  public boolean hasReturned() {
    return returned() != lookedAt;
  }

  /**
   * Reads the counter that is incremented when messages come back.
   *
   * @return its value, for {@link #looked}
   */
  public long returned() {
    // Partner: getAndAddLong in Recovery, after the messages are where they are found.
    return SharedMemory.getLongAcquire(header, HeaderLayout.RETURNED);
  }

  /**
   * Records that this receiver has looked for messages that came back, and found no more.
   *
   * @param returned the value of {@link #returned} before it looked
   */
  public void looked(long returned) {
    lookedAt = returned;
  }
}
