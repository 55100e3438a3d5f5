package hring.alloc.slab;

import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * A participant's records of the operations it is in the middle of. Each is written before the
 * operation's first step, so that others can finish or undo it.
 *
 * <pre>
 *   0                                   8         16        24        32      40         64
 *  +-----------------------------------+---------+---------+---------+-------+----------+
 *  | sequence:26 | class:8 | word+1:30 |  mask   |  epoch  | holding | pages | (unused) |
 *  +-----------------------------------+---------+---------+---------+-------+----------+
 *  | word+1, an int for each class                                                      |
 *  +------------------------------------------------------------------------------------+
 * </pre>
 *
 * <p>The free record names the blocks (bits of one word) that are being moved from live or held to
 * avail. It is set before the first tag is removed and cleared after the bits are in avail. The
 * class is recorded because the slab may have another one by now, if the bits did arrive; the
 * word's epoch, because it shows whether they were taken again since. The sequence number shows
 * others that the record changed while they read it. {@code holding} is 1 if the participant may
 * have blocks in its {@link Magazine}s.
 *
 * <p>{@code pages} names a run of pages that this participant claims or gives back, see {@link
 * PageStock}: {@code exclusive:1 | count:29 | first:32}, 0 if there is none.
 *
 * <p>The last ints, one for each class, name the word in which this participant may have a lease.
 * They are written before the lease is taken and not erased: whether there is a lease, the word
 * itself says.
 */
final class ParticipantSlot {
  private static final long RECORD = 0;
  private static final long MASK = RECORD + Long.BYTES;
  private static final long EPOCH = MASK + Long.BYTES;
  private static final long HOLDING = EPOCH + Long.BYTES;
  private static final long PAGES = HOLDING + Long.BYTES;
  private static final long LEASES = SlabLayout.LINE;

  private static final long EXCLUSIVE = 1L << 61;
  private static final int COUNT_SHIFT = 32;

  private static final int WORD_BITS = 30;
  private static final int CLASS_BITS = 8;
  private static final int SEQUENCE_SHIFT = WORD_BITS + CLASS_BITS;

  private final MemorySegment slot;

  ParticipantSlot(MemorySegment slot) {
    this.slot = slot;
  }

  static long size(int classCount) {
    return LEASES + (long) classCount * Integer.BYTES;
  }

  /**
   * Notes that live or held blocks of a word are about to be given back.
   *
   * @param epoch the word's epoch, read while all of them have their tags
   */
  void beginFree(int word, int sizeClass, long mask, long epoch) {
    long sequence = (record() >>> SEQUENCE_SHIFT) + 1;
    // Partner: the acquires in record(), mask() and epoch(): whoever sees the new mask sees that
    // the last record was cleared; whoever sees the new record sees its mask and epoch.
    SharedMemory.setLongRelease(slot, MASK, mask);
    SharedMemory.setLongRelease(slot, EPOCH, epoch);
    SharedMemory.setLongRelease(
        slot, RECORD, sequence << SEQUENCE_SHIFT | (long) sizeClass << WORD_BITS | (word + 1));
    // Partner: the acquire in BlockTable.ownerAt(): whoever sees a tag removed sees the record.
    SharedMemory.storeFence();
  }

  /** Notes that the blocks are in avail. */
  void endFree() {
    // Partner: the acquire in record().
    SharedMemory.setLongRelease(slot, RECORD, record() >>> SEQUENCE_SHIFT << SEQUENCE_SHIFT);
  }

  /** Returns the free record; unchecked. */
  long record() {
    // Partner: the releases in beginFree() and endFree().
    return SharedMemory.getLongAcquire(slot, RECORD);
  }

  /** Returns the blocks of the free record; valid only if the record is the same afterwards. */
  long mask() {
    // Partner: the release in beginFree().
    return SharedMemory.getLongAcquire(slot, MASK);
  }

  /** Returns the epoch of the free record. */
  long epoch() {
    // Partner: the release in beginFree().
    return SharedMemory.getLongAcquire(slot, EPOCH);
  }

  /** Returns the word of a free record, or -1 if it is clear; unchecked. */
  static int word(long record) {
    return (int) (record & (1 << WORD_BITS) - 1) - 1;
  }

  /** Returns the class of a free record; unchecked. */
  static int sizeClass(long record) {
    return (int) (record >>> WORD_BITS) & (1 << CLASS_BITS) - 1;
  }

  /**
   * Notes that a run of pages is about to be claimed or given back.
   *
   * @param exclusive whether all of them are in transit with this participant if the first one is
   */
  void notePages(int first, int count, boolean exclusive) {
    // Partner: the acquire in pages(), by whoever reclaims. The fence keeps changes of the pages
    // after the record.
    SharedMemory.setLongRelease(
        slot, PAGES, (exclusive ? EXCLUSIVE : 0) | (long) count << COUNT_SHIFT | first);
    SharedMemory.storeFence();
  }

  /** Notes that no pages are being claimed or given back. */
  void clearPages() {
    // Partner: the acquire in pages().
    SharedMemory.setLongRelease(slot, PAGES, 0);
  }

  /** Returns the record of pages, 0 if there is none; unchecked. */
  long pages() {
    // Partner: the releases in notePages() and clearPages().
    return SharedMemory.getLongAcquire(slot, PAGES);
  }

  static boolean isExclusive(long pages) {
    return (pages & EXCLUSIVE) != 0;
  }

  static long firstPage(long pages) {
    return pages & (1L << COUNT_SHIFT) - 1;
  }

  static long pageCount(long pages) {
    return (pages & ~EXCLUSIVE) >>> COUNT_SHIFT;
  }

  /** Notes whether the participant may hold blocks. Called before the first block becomes held. */
  void noteHolding(boolean holding) {
    // Partner: the acquire in isHolding(), by whoever reclaims.
    SharedMemory.setLongRelease(slot, HOLDING, holding ? 1 : 0);
  }

  /** Returns whether the participant may hold blocks. */
  boolean isHolding() {
    // Partner: the release in noteHolding().
    return SharedMemory.getLongAcquire(slot, HOLDING) != 0;
  }

  /** Notes the word of which a lease is about to be taken. */
  void noteLease(int sizeClass, int word) {
    // Partner: the acquire in noted(), by whoever reclaims.
    SharedMemory.setIntRelease(slot, LEASES + (long) sizeClass * Integer.BYTES, word + 1);
  }

  /** Returns the word of which there may be a lease for a class, or -1; unchecked. */
  int noted(int sizeClass) {
    // Partner: the release in noteLease().
    return SharedMemory.getIntAcquire(slot, LEASES + (long) sizeClass * Integer.BYTES) - 1;
  }
}
