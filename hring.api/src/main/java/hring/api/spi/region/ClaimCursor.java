package hring.api.spi.region;

import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * The word in the header that says how much of the ring has been claimed so far, and who claimed
 * last. Receivers compete for it by compare-and-set; the winner owns the messages in between.
 *
 * <pre>
 *   63        56 55                                13 12           0
 *  +------------+------------------------------------+--------------+
 *  | last owner |  entries claimed, modulo 2^43      |    index     |
 *  +------------+------------------------------------+--------------+
 * </pre>
 *
 * The index counts messages of the entry after those: a batch is claimed in pieces. Entries and
 * index together are the <i>position</i>.
 *
 * <p><b>Why the last owner is in it.</b> A receiver records in its slot what it is about to claim,
 * then moves the cursor. If it dies, a survivor has to know whether the move took place. It did if
 * the cursor still shows this owner and the position at the end of the record; and before anybody
 * else overwrites the cursor, it first confirms the position that it shows in the slot of its owner
 * ({@link Participants#confirmClaim}). So the move took place if, and only if, the cursor or the
 * slot says so.
 *
 * <p><b>When the entries come round.</b> At 4 ns an entry they do so after 10 hours. Nothing here
 * compares positions by size, only for equality, so an old number misleads only if it is the very
 * position of one turn before:
 *
 * <ol>
 *   <li>A compare-and-set succeeds on an old value only if its thread was stopped between two
 *       instructions for exactly one turn, or several, to the message.
 *   <li>A confirmation that is written late replaces what was read before the cursor was seen to
 *       show that claim still. By then the owner has confirmed nothing newer, or the
 *       compare-and-set fails; so a late one cannot undo a newer one.
 *   <li>A confirmation that is left over from a turn ago, because nobody else has claimed since, is
 *       taken away before a record with this very end is written ({@link Participant#recordClaim}).
 *   <li>The cursor shows the owner and the end of a record that did not take place only if the
 *       record's run is a whole turn long.
 * </ol>
 */
public final class ClaimCursor {
  /** The greatest index, and so the most messages that one entry can stand for. */
  public static final int MAX_INDEX = (1 << 13) - 1;

  private static final int INDEX_BITS = Integer.bitCount(MAX_INDEX);
  private static final int OWNER_SHIFT = 56;
  private static final int COUNT_BITS = OWNER_SHIFT - INDEX_BITS;
  private static final long POSITION_MASK = (1L << OWNER_SHIFT) - 1;
  private static final long COUNT_MASK = POSITION_MASK >>> INDEX_BITS;

  private final MemorySegment header;

  ClaimCursor(MemorySegment header) {
    this.header = header;
  }

  /**
   * Reads the cursor.
   *
   * @return the cursor, to be taken apart by {@link #count}, {@link #index} and {@link #owner}
   */
  public long read() {
    // Partner: the compare-and-set in tryMove(), by another receiver.
    return SharedMemory.getLongAcquire(header, HeaderLayout.CLAIM_CURSOR);
  }

  /**
   * Returns how many entries had been claimed to the last message.
   *
   * @param cursor what {@link #read} returned
   * @return the number since the ring opened, modulo 2^43
   */
  public static long count(long cursor) {
    return (cursor & POSITION_MASK) >>> INDEX_BITS;
  }

  /**
   * Returns how many messages had been claimed of the entry after those.
   *
   * @param cursor what {@link #read} returned
   * @return 0 to {@link #MAX_INDEX}
   */
  public static int index(long cursor) {
    return (int) cursor & MAX_INDEX;
  }

  /**
   * Returns the position, without the owner.
   *
   * @param cursor what {@link #read} returned
   * @return the position
   */
  public static long position(long cursor) {
    return cursor & POSITION_MASK;
  }

  /**
   * Composes a position.
   *
   * @param count how many entries are claimed to the last message; taken modulo 2^43
   * @param index how many messages are claimed of the entry after those, 0 to {@link #MAX_INDEX}
   * @return the position
   */
  public static long position(long count, int index) {
    return (count & COUNT_MASK) << INDEX_BITS | index;
  }

  /**
   * Returns how far a number of entries is beyond a count.
   *
   * @param entries a number of entries since the ring opened
   * @param count what {@link #count} returned
   * @return the difference, taken modulo 2^43: the one that is the closest to 0
   */
  public static long beyond(long entries, long count) {
    return entries - count << Long.SIZE - COUNT_BITS >> Long.SIZE - COUNT_BITS;
  }

  /**
   * Returns whether a position is before another one. Both are taken modulo 2^56, so they must be
   * less than half a turn apart: 2 hours at 2 ns an entry.
   *
   * @param position a position or a cursor
   * @param other a position or a cursor
   * @return true if what is there was claimed, or passed by all, when the other one was the cursor
   */
  public static boolean isBefore(long position, long other) {
    return other - position << Long.SIZE - OWNER_SHIFT > 0;
  }

  /**
   * Returns how far a position is behind another one.
   *
   * @param later a position
   * @param position a position
   * @return the difference, modulo 2^56
   */
  static long positionBehind(long later, long position) {
    return later - position & POSITION_MASK;
  }

  /**
   * Returns who claimed last.
   *
   * @param cursor what {@link #read} returned
   * @return the owner number, {@link Owner#NONE} if nobody has claimed yet
   */
  public static int owner(long cursor) {
    return (int) (cursor >>> OWNER_SHIFT);
  }

  /**
   * Moves the cursor in a ring that delivers to each, where nobody claims: by the sender alone, to
   * what not all receivers have passed, before it frees what they have.
   *
   * @param count how many entries are passed to the last message; taken modulo 2^43
   * @param index how many messages are passed of the entry after those
   */
  public void pass(long count, int index) {
    // Partner: the acquire in read(), by observers; to the sender it is its own.
    SharedMemory.setLongRelease(header, HeaderLayout.CLAIM_CURSOR, position(count, index));
    // Partner: the load fence of whoever looks on (internal.tap): who has read any byte that is
    // written over these messages later sees that they are passed.
    SharedMemory.storeFence();
  }

  /**
   * Claims the messages up to a position.
   *
   * @param cursor what {@link #read} returned
   * @param owner who claims
   * @param position up to where is claimed afterwards
   * @return whether nobody had moved the cursor in between; only then the messages are the owner's
   */
  public boolean tryMove(long cursor, int owner, long position) {
    // Partner: the acquire in read(), by other receivers and the sender.
    // Release: the record of the claim in the slot is seen by whoever sees the new cursor.
    // Acquire: what the receiver reads of the messages afterwards is at least as new as the ring's
    // tail it saw before.
    return SharedMemory.compareAndSetLong(
        header, HeaderLayout.CLAIM_CURSOR, cursor, (long) owner << OWNER_SHIFT | position);
  }
}
