package hring.api.spi.transport;

import hring.api.RegionException;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Region;

/**
 * How much room a ring has left, as its sender knows it: all of its entries but those queued and
 * not claimed yet. What receivers have claimed is read from the claim cursor, and only when no room
 * is known any more: the cursor's cache line is theirs. Used by the sender's thread.
 *
 * <p>A ring that was full counts as full until an eighth of it is free, so that a sender does not
 * submit each single entry as it becomes free.
 */
public final class Room {
  private static final int LEAST_PART = 8;

  private final ClaimCursor cursor;
  private final int entries;
  private final int least;

  /** How many had been claimed when room was needed last. */
  private long claimed;

  /**
   * Makes the sender's knowledge of a ring that nobody has claimed from.
   *
   * @param region the region
   * @param entries how many entries the ring has
   */
  public Room(Region region, int entries) {
    cursor = region.claimCursor();
    this.entries = entries;
    least = Math.max(1, entries / LEAST_PART);
  }

  /**
   * Returns how much room is known of. Reads nothing that others write.
   *
   * @param queued how many entries were queued since the ring opened, submitted or not
   * @return how many more can be queued; if 0, {@link #find} may find some
   */
  public int known(long queued) {
    return entries - (int) (queued - claimed);
  }

  /**
   * Looks for room.
   *
   * @param queued how many entries were queued since the ring opened, submitted or not
   * @param submitted how many of them were submitted
   * @return how many more can be queued, 0 if an eighth of the ring is not free yet
   * @throws RegionException if a receiver has written nonsense to the claim cursor
   */
  public int find(long queued, long submitted) {
    long now = readClaimed(submitted);
    int room = entries - (int) (queued - now);
    if (room < least) {
      return 0;
    }
    claimed = now;
    return room;
  }

  /**
   * Returns up to where entries were free when room was found last.
   *
   * @return a number of entries since the ring opened
   */
  public long claimed() {
    return claimed;
  }

  /**
   * Reads how many entries were claimed since the ring opened, and checks it.
   *
   * @param submitted how many were submitted
   * @return the number
   * @throws RegionException if it is not where honest receivers can have moved the claim cursor
   */
  public long readClaimed(long submitted) {
    long count = ClaimCursor.count(cursor.read());
    long unclaimed = ClaimCursor.beyond(submitted, count);
    if (unclaimed < 0 || unclaimed > entries) {
      throw new RegionException(
          "a receiver moved the claim cursor to "
              + count
              + " of "
              + submitted
              + " words submitted; close the ring and open it anew");
    }
    // The cursor's count comes round; this does not.
    return submitted - unclaimed;
  }
}
