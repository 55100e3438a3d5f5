package hring.alloc.slab;

import hring.api.spi.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * The bitmap words, each for 64 neighbouring blocks of a slab. A word has two lines of the
 * processor's cache, in two arrays, so that who takes and who frees meet only in {@code avail}:
 *
 * <pre>
 *   0         8         16        24          64
 *  +---------+---------+---------+-----------+
 *  |  lease  |  local  |  epoch  | (unused)  |   written by who holds the lease
 *  +---------+---------+---------+-----------+
 *  +---------+-------------------------------+
 *  |  avail  | (unused)                      |   written by who frees, and by the lessee
 *  +---------+-------------------------------+
 * </pre>
 *
 * <ul>
 *   <li>{@code avail}: the blocks that can be taken. Anyone who frees sets bits, only the lessee
 *       clears some.
 *   <li>{@code lease}: the owner number of who may take blocks, 0 for nobody. It goes from 0 to
 *       nonzero only by compare-and-set, and back to 0 only by its holder, or by who repairs after
 *       the holder's death.
 *   <li>{@code local}: the blocks that the lessee took and has not handed out. 0 without a lease.
 *   <li>{@code epoch}: grows each time <em>before</em> blocks are taken out of {@code avail} or the
 *       word is formatted, so that who looks for a block knows that none left behind its back.
 * </ul>
 */
final class BlockWords {
  private static final long LEASE = 0;
  private static final long LOCAL = LEASE + Long.BYTES;
  private static final long EPOCH = LOCAL + Long.BYTES;

  private final MemorySegment words;
  private final long avail;

  BlockWords(MemorySegment words, int count) {
    this.words = words;
    this.avail = count * SlabLayout.LINE;
  }

  /** Tells how many bytes a number of words needs. */
  static long size(int count) {
    return 2L * count * SlabLayout.LINE;
  }

  long avail(int word) {
    // Partner: the full fences in giveBack() and take(), and the release in setAvail().
    return SharedMemory.getLongAcquire(words, avail + word * SlabLayout.LINE);
  }

  /** Adds blocks that the caller holds exclusively; returns the bits before. */
  long giveBack(int word, long bits) {
    // Partner: the acquire in avail(): who takes the block sees its tag removed.
    return SharedMemory.getAndOrLong(words, avail + word * SlabLayout.LINE, bits);
  }

  /** Takes blocks out; the caller has the lease and has noted them in local. */
  long take(int word, long bits) {
    // Partner: the full fence in giveBack(). Also orders local, written before, and the block's
    // tag, written after.
    return SharedMemory.getAndAndLong(words, avail + word * SlabLayout.LINE, ~bits);
  }

  /** Sets all the bits of a word of a slab that the caller is changing. */
  void setAvail(int word, long bits) {
    // Partner: the acquire in avail().
    SharedMemory.setLongRelease(words, avail + word * SlabLayout.LINE, bits);
  }

  int lease(int word) {
    // Partner: the compare-and-set in tryLease() and the release in endLease().
    return (int) SharedMemory.getLongAcquire(words, word * SlabLayout.LINE + LEASE);
  }

  boolean tryLease(int word, int owner) {
    return SharedMemory.compareAndSetLong(words, word * SlabLayout.LINE + LEASE, 0, owner);
  }

  void endLease(int word) {
    // Partner: the compare-and-set in tryLease(): the next lessee sees local empty.
    SharedMemory.setLongRelease(words, word * SlabLayout.LINE + LEASE, 0);
  }

  long local(int word) {
    // Partner: the release in setLocal().
    return SharedMemory.getLongAcquire(words, word * SlabLayout.LINE + LOCAL);
  }

  void setLocal(int word, long bits) {
    // Partner: the acquire in local(), by who repairs: a block that is no longer in local has its
    // tag.
    SharedMemory.setLongRelease(words, word * SlabLayout.LINE + LOCAL, bits);
  }

  long epoch(int word) {
    // Partner: the release in nextEpoch().
    return SharedMemory.getLongAcquire(words, word * SlabLayout.LINE + EPOCH);
  }

  /** Says that bits may leave avail from now on; the caller is the only one who may take any. */
  void nextEpoch(int word) {
    // Partner: the acquire in epoch(), by who looks for a block.
    SharedMemory.setLongRelease(
        words,
        word * SlabLayout.LINE + EPOCH,
        SharedMemory.getLongAcquire(words, word * SlabLayout.LINE + EPOCH) + 1);
  }
}
