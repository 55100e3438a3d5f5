package hring.api.spi.transport;

import hring.api.Address;
import hring.api.RegionException;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;

/**
 * How a receiver claims entries of a ring, whatever the ring is. Used by the receiver's thread.
 *
 * <ol>
 *   <li>Read the claim cursor.
 *   <li>Read the entries beyond it.
 *   <li>Record them in the receiver's slot.
 *   <li>Confirm the claim that the cursor shows, in the slot of its owner.
 *   <li>Move the cursor by compare-and-set.
 * </ol>
 *
 * Entries that are read may be overwritten meanwhile, but only after another receiver has moved the
 * cursor; then the compare-and-set fails, and they are read again. The cursor's count has 56 bits
 * and never comes back to an old value. {@link ClaimCursor} says how a survivor knows whether the
 * claim of a dead receiver took place.
 */
public final class Claims {
  private static final int MAX_RETRIES = 1_000_000;

  /** No address: something may be there. */
  private static final long UNKNOWN = -1;

  private final Entries entries;
  private final ClaimCursor cursor;
  private final Participant participant;
  private final Participants participants;
  private final Region region;

  /**
   * Makes a receiver's access to the claims of a ring.
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
  }

  /**
   * Claims entries, as {@link Inbound#claim}.
   *
   * @param into gets the entries, oldest first
   * @param limit how many at most, 1 to {@link Inbound#MAX_CLAIM} and the length of {@code into}
   * @return how many were claimed, 0 if there are none
   * @throws RegionException if the ring holds nonsense
   */
  public int claim(long[] into, int limit) {
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      long seen = cursor.read();
      long count = ClaimCursor.count(seen);
      int posted = entries.postedBeyond(count);
      if (posted == 0) {
        return 0;
      }
      if (posted < 0 || posted > entries.size()) {
        requireMoved(seen, posted);
        continue;
      }
      int run = read(into, count, Math.min(Math.min(limit, Inbound.MAX_CLAIM), posted));
      participant.recordClaim(count, into, run);
      if (ClaimCursor.owner(seen) != participant.owner()) {
        participants.confirmClaim(seen);
      }
      if (cursor.tryMove(seen, participant.owner(), count + run)) {
        return run;
      }
    }
    throw new RegionException(
        "the claim cursor of " + region.file() + " never rests: somebody scribbles on it");
  }

  /** Reads a run of entries: one that stands for many messages, or single messages up to there. */
  private int read(long[] into, long count, int run) {
    into[0] = entries.entry(count);
    if (run == 1 || into[0] < 0) {
      return 1;
    }
    entries.read(count, into, run);
    // From the first on: it is read again, and somebody may be scribbling.
    int single = 0;
    while (single < run && into[single] >= 0) {
      single++;
    }
    return Math.max(1, single);
  }

  /**
   * The tail was read after the cursor: it may be far ahead because the cursor is out of date, and
   * for no other reason.
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
   * Looks at the entry that would be claimed next, as {@link Inbound#peek}.
   *
   * @return any 64 bits, or {@link Address#NULL} if there is no entry
   */
  public long peek() {
    long seen = cursor.read();
    long entry = entries.entry(ClaimCursor.count(seen));
    // If others have claimed it meanwhile, it may be blank for the ring's next round.
    return entry != Address.NULL || cursor.read() == seen ? entry : UNKNOWN;
  }

  /**
   * Returns whether there is an entry to claim, as {@link Inbound#hasWords}.
   *
   * @return true if there was one
   */
  public boolean hasEntries() {
    return entries.postedBeyond(ClaimCursor.count(cursor.read())) != 0;
  }
}
