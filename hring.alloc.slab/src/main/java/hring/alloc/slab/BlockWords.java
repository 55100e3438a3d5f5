package hring.alloc.slab;

import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * The bitmap words, each for 64 neighbouring blocks of a slab, with what belongs to it, in a line
 * of the processor's cache of their own. Who takes blocks and who frees some meet here once for
 * each run of blocks and, unless blocks run out ({@link FullMarks}), nowhere else.
 *
 * <pre>
 *   0         8         16        24        32        36          64
 *  +---------+---------+---------+---------+---------+-----------+
 *  |  avail  |  lease  |  local  |  epoch  | touched | (unused)  |
 *  +---------+---------+---------+---------+---------+-----------+
 * </pre>
 *
 * <ul>
 *   <li>{@code avail}: the blocks that can be taken. Anyone who frees sets bits, only the holder
 *       clears some; whoever changes the slab sets all of them.
 *   <li>{@code lease}: the owner number of who may take blocks, 0 for nobody. It goes from 0 to
 *       nonzero only by compare-and-set, and back to 0 only by its holder, or by who repairs after
 *       the holder's death.
 *   <li>{@code local}: the blocks that the holder took when the lease began; 0 without a lease. It
 *       stays as it is while they are handed out: then they have a tag, or, if they were freed
 *       since, are held, in a free record, or in {@code avail} (see {@link Place#notHandedOut}).
 *   <li>{@code epoch}: odd from before blocks are taken out of {@code avail} (or the word is
 *       formatted) until after it, even otherwise; it only grows. So whoever looks for a block
 *       knows that none left behind its back, and which of two events came first.
 *   <li>{@code touched}: written by anyone at any time, and read by nobody (see {@link #touch}).
 * </ul>
 */
final class BlockWords {
  private static final long AVAIL = 0;
  private static final long LEASE = AVAIL + Long.BYTES;
  private static final long LOCAL = LEASE + Long.BYTES;
  private static final long EPOCH = LOCAL + Long.BYTES;
  private static final long TOUCHED = EPOCH + Long.BYTES;

  private final MemorySegment words;

  BlockWords(MemorySegment words) {
    this.words = words;
  }

  /** Tells how many bytes a number of words needs. */
  static long size(int count) {
    return count * SlabLayout.LINE;
  }

  /**
   * Begins to fetch the line of a word that is likely to be changed soon, from whoever changed it
   * last. An atomic waits for its line; a plain store to it does not, so the line comes while other
   * work is done. It has no other effect, and may be wrong.
   */
  void touch(int word) {
    SharedMemory.setIntPlain(words, (long) word * SlabLayout.LINE + TOUCHED, 0);
  }

  long avail(int word) {
    // Partner: the full fences in giveBack() and take(), and the release in format().
    return SharedMemory.getLongAcquire(words, (long) word * SlabLayout.LINE + AVAIL);
  }

  /** Adds blocks that the caller holds exclusively; returns the bits before. */
  long giveBack(int word, long bits) {
    // Partner: the acquire in avail(): who takes the block sees its tag removed.
    return SharedMemory.getAndOrLong(words, (long) word * SlabLayout.LINE + AVAIL, bits);
  }

  /** Takes blocks out; the caller has the lease and has noted them in local. */
  long take(int word, long bits) {
    // Partner: the full fence in giveBack(). Also orders local, written before, and the blocks'
    // tags, written after.
    return SharedMemory.getAndAndLong(words, (long) word * SlabLayout.LINE + AVAIL, ~bits);
  }

  /** Sets all the bits of a word of a slab that the caller is changing. */
  void format(int word, long bits) {
    beginTake(word);
    // Partner: the acquire in avail().
    SharedMemory.setLongRelease(words, (long) word * SlabLayout.LINE + AVAIL, bits);
    endTake(word);
  }

  int lease(int word) {
    // Partner: the compare-and-set in tryLease() and the release in endLease().
    return (int) SharedMemory.getLongAcquire(words, (long) word * SlabLayout.LINE + LEASE);
  }

  boolean tryLease(int word, int owner) {
    return SharedMemory.compareAndSetLong(words, (long) word * SlabLayout.LINE + LEASE, 0, owner);
  }

  void endLease(int word) {
    // Partner: the compare-and-set in tryLease(): the next holder sees local empty.
    SharedMemory.setLongRelease(words, (long) word * SlabLayout.LINE + LEASE, 0);
  }

  long local(int word) {
    // Partner: the release in setLocal().
    return SharedMemory.getLongAcquire(words, (long) word * SlabLayout.LINE + LOCAL);
  }

  void setLocal(int word, long bits) {
    // Partner: the acquire in local(), by who repairs: what was taken or given back before is seen.
    SharedMemory.setLongRelease(words, (long) word * SlabLayout.LINE + LOCAL, bits);
  }

  long epoch(int word) {
    // Partner: the release in setEpoch().
    return SharedMemory.getLongAcquire(words, (long) word * SlabLayout.LINE + EPOCH);
  }

  /** Tells whether a word is other than one that was never formatted, or was emptied. */
  boolean isInUse(int word) {
    return avail(word) != 0 || lease(word) != 0 || local(word) != 0 || isTaking(word);
  }

  /** Tells whether the epoch is odd. */
  boolean isTaking(int word) {
    return (epoch(word) & 1) != 0;
  }

  /** Returns the epoch in which the take that made an epoch ended, or is going to end. */
  static long endOfTake(long epoch) {
    return (epoch + 1) & ~1L;
  }

  /** Makes the epoch odd: bits may leave avail; the caller is the only one who may take any. */
  void beginTake(int word) {
    setEpoch(word, (epoch(word) + 1) | 1);
  }

  /** Makes the epoch even: no bits leave avail. */
  void endTake(int word) {
    setEpoch(word, endOfTake(epoch(word)));
  }

  private void setEpoch(int word, long epoch) {
    // Partner: the acquire in epoch(): who sees bits gone from avail sees at least the odd epoch,
    // who sees the even one sees all of them gone.
    SharedMemory.setLongRelease(words, (long) word * SlabLayout.LINE + EPOCH, epoch);
  }
}
