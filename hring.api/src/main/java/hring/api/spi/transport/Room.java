package hring.api.spi.transport;

import hring.api.RegionException;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Region;

/**
 * Computes how many entries a sender can still queue: all of the ring's but those queued and not
 * claimed yet. The claim cursor is read only when the last known room is used up, since receivers
 * write its cache line. Used by the sender's thread.
 *
 * <p>A ring that was full counts as full until an eighth of it is free, so that a sender does not
 * submit each single entry as it becomes free.
 */
public final class Room {
  private static final int LEAST_PART = 8;

  private final ClaimCursor cursor;
  private final int entries;
  private final int least;

  /** How many entries had been claimed when the cursor was read last. */
  private long claimed;

  /**
   * Creates the state for a new ring, of which nothing was claimed.
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
   * Returns the room that is known without reading shared memory.
   *
   * @param queued how many entries were queued since the ring opened, submitted or not
   * @return how many more entries can be queued; if 0, {@link #find} may find some
   */
  public int known(long queued) {
    return entries - (int) (queued - claimed);
  }

  /**
   * Reads the claim cursor and returns the room there is now.
   *
   * @param queued how many entries were queued since the ring opened, submitted or not
   * @param submitted how many of them were submitted
   * @return how many more entries can be queued, 0 if less than an eighth of the ring is free
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
   * Returns how many entries had been claimed when room was found last.
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
   * @throws RegionException if the claim cursor has a value that receivers cannot have moved it to
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
              + " entries submitted; close the ring and open it anew");
    }
    // The cursor's count wraps around; this one does not.
    return submitted - unclaimed;
  }
}
