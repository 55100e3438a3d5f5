package hring.alloc.slab;

import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * The bitmap words. Each stands for 64 neighbouring blocks of a slab and lies, with its lease, in a
 * cache line of its own. A participant that takes blocks and one that frees some meet here once for
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
 *   <li>{@code avail}: the blocks that can be taken. Any participant that frees sets bits; only the
 *       holder of the lease clears bits; the participant that formats the slab writes all of them.
 *   <li>{@code lease}: the owner number of the holder, the one participant that may take blocks; 0
 *       for nobody. It goes from 0 to nonzero only by compare-and-set, and back to 0 only by its
 *       holder or, after the holder's death, by whoever reclaims.
 *   <li>{@code local}: the blocks that the holder took when the lease began; 0 without a lease. It
 *       does not change while they are handed out. A block of {@code local} that was handed out has
 *       a tag (live or held), or is in a free record or in {@code avail} (see {@link
 *       Place#notHandedOut}).
 *   <li>{@code epoch}: odd from before blocks are taken out of {@code avail} (or the word is
 *       formatted) until after it, even otherwise; it only grows. If it is the same before and
 *       after a search, no block left {@code avail} during the search; and epochs order two events.
 *   <li>{@code touched}: written by anybody at any time, and read by nobody (see {@link #touch}).
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

  /** Returns the size of a number of words in bytes. */
  static long size(int count) {
    return count * SlabLayout.LINE;
  }

  /**
   * Prefetches the cache line of a word that is likely to be changed soon. An atomic waits for its
   * line; a plain store does not, so the line arrives while other work is done. It has no other
   * effect, so a wrong guess does no harm.
   */
  void touch(int word) {
    SharedMemory.setIntPlain(words, (long) word * SlabLayout.LINE + TOUCHED, 0);
  }

  long avail(int word) {
    // Partner: the full fences in giveBack() and take(), and the release in format().
    return SharedMemory.getLongAcquire(words, (long) word * SlabLayout.LINE + AVAIL);
  }

  /** Adds blocks that the caller holds exclusively; returns the bits that were set before. */
  long giveBack(int word, long bits) {
    // Partner: the acquire in avail(): the participant that takes the block sees its tag removed.
    return SharedMemory.getAndOrLong(words, (long) word * SlabLayout.LINE + AVAIL, bits);
  }

  /**
   * Takes blocks out; returns the bits that were set before. The caller has the lease, and has
   * noted the blocks in local.
   */
  long take(int word, long bits) {
    // Partner: the full fence in giveBack(). Also orders local, written before, and the blocks'
    // tags, written after.
    return SharedMemory.getAndAndLong(words, (long) word * SlabLayout.LINE + AVAIL, ~bits);
  }

  /** Writes all bits of a word of a slab that the caller is changing. */
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
    // Partner: the acquire in local(), by whoever reclaims: what was taken or given back before is
    // seen.
    SharedMemory.setLongRelease(words, (long) word * SlabLayout.LINE + LOCAL, bits);
  }

  long epoch(int word) {
    // Partner: the release in setEpoch().
    return SharedMemory.getLongAcquire(words, (long) word * SlabLayout.LINE + EPOCH);
  }

  /** Returns whether a word differs from one that was never formatted, or was emptied. */
  boolean isInUse(int word) {
    return avail(word) != 0 || lease(word) != 0 || local(word) != 0 || isTaking(word);
  }

  /** Returns whether the epoch is odd. */
  boolean isTaking(int word) {
    return (epoch(word) & 1) != 0;
  }

  /** Returns the even epoch with which the take of an epoch ended, or is going to end. */
  static long endOfTake(long epoch) {
    return (epoch + 1) & ~1L;
  }

  /** Makes the epoch odd: from now on bits may leave avail. Only the caller may take any. */
  void beginTake(int word) {
    setEpoch(word, (epoch(word) + 1) | 1);
  }

  /** Makes the epoch even: from now on no bits leave avail. */
  void endTake(int word) {
    setEpoch(word, endOfTake(epoch(word)));
  }

  private void setEpoch(int word, long epoch) {
    // Partner: the acquire in epoch(): whoever sees bits gone from avail sees at least the odd
    // epoch, and whoever sees the even one sees all of them gone.
    SharedMemory.setLongRelease(words, (long) word * SlabLayout.LINE + EPOCH, epoch);
  }
}
