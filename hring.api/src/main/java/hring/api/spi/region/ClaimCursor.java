package hring.api.spi.region;

import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * The word in the header that says how many words of the ring have been claimed so far, and who
 * claimed last. Receivers compete for it by compare-and-set; the winner owns the words in between.
 *
 * <pre>
 *   63        56 55                                    0
 *  +------------+---------------------------------------+
 *  | last owner |  words claimed since the ring opened  |
 *  +------------+---------------------------------------+
 * </pre>
 *
 * <p><b>Why the last owner is in it.</b> A receiver records in its slot what it is about to claim,
 * then moves the cursor. If it dies, a survivor has to know whether the move took place. It did if
 * the cursor still shows this owner and the end of the recorded run; and before anybody overwrites
 * the cursor, it first confirms the run that it shows in the slot of its owner ({@link
 * Participants#confirmClaim}). So the move took place if, and only if, the cursor or the slot says
 * so.
 */
public final class ClaimCursor {
  private static final int OWNER_SHIFT = 56;
  private static final long COUNT_MASK = (1L << OWNER_SHIFT) - 1;

  private final MemorySegment header;

  ClaimCursor(MemorySegment header) {
    this.header = header;
  }

  /**
   * Reads the cursor.
   *
   * @return the cursor, to be taken apart by {@link #count} and {@link #owner}
   */
  public long read() {
    // Partner: the compare-and-set in tryMove(), by another receiver.
    return SharedMemory.getLongAcquire(header, HeaderLayout.CLAIM_CURSOR);
  }

  /**
   * Tells how many words had been claimed.
   *
   * @param cursor what {@link #read} returned
   * @return the number since the ring opened
   */
  public static long count(long cursor) {
    return cursor & COUNT_MASK;
  }

  /**
   * Tells who claimed last.
   *
   * @param cursor what {@link #read} returned
   * @return the owner number, {@link Owner#NONE} if nobody has claimed yet
   */
  public static int owner(long cursor) {
    return (int) (cursor >>> OWNER_SHIFT);
  }

  /**
   * Claims the words up to a count.
   *
   * @param cursor what {@link #read} returned
   * @param owner who claims
   * @param count the number of words claimed afterwards
   * @return whether nobody had moved the cursor in between; only then the words are the owner's
   */
  public boolean tryMove(long cursor, int owner, long count) {
    // Release: the record of the claim in the slot is seen by whoever sees the new cursor.
    // Acquire: what the receiver reads of the messages afterwards is at least as new as the ring's
    // tail it saw before.
    return SharedMemory.compareAndSetLong(
        header,
        HeaderLayout.CLAIM_CURSOR,
        cursor,
        (long) owner << OWNER_SHIFT | count & COUNT_MASK);
  }
}
