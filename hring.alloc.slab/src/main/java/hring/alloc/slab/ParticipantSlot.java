package hring.alloc.slab;

import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * What a participant is in the middle of, noted before it is done, so that others can repair it.
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
 * <p>The free record names the blocks (bits of one word) that are on their way from live to avail.
 * It is set before the first tag is removed and cleared after the bits are in avail. The class is
 * noted because the slab may have got another one since, if the bits did arrive; the word's epoch,
 * because it tells whether somebody has taken them since. The sequence number lets others see that
 * the record changed while they read it. {@code holding} is 1 if the participant may have blocks in
 * its {@link Magazine}s.
 *
 * <p>{@code pages} names a run of pages that this participant claims or gives back, see {@link
 * PageStock}: {@code exclusive:1 | count:29 | first:32}, 0 if there is none.
 *
 * <p>The leases say in which word of a class this participant may have a lease; they are written
 * before the lease is taken and not erased, so the word's lease decides.
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

  /** Notes that live blocks of a word, which is in this epoch, are about to be freed. */
  void beginFree(int word, int sizeClass, long mask, long epoch) {
    long sequence = (record() >>> SEQUENCE_SHIFT) + 1;
    // Partner: the acquires in record(), mask() and epoch(): who sees the new mask sees that the
    // last record was cleared; who sees the new record sees its mask and epoch.
    SharedMemory.setLongRelease(slot, MASK, mask);
    SharedMemory.setLongRelease(slot, EPOCH, epoch);
    SharedMemory.setLongRelease(
        slot, RECORD, sequence << SEQUENCE_SHIFT | (long) sizeClass << WORD_BITS | (word + 1));
    // Partner: the acquire in BlockTable.ownerAt(): who sees a tag removed sees the record.
    SharedMemory.storeFence();
  }

  /** Notes that the blocks are in avail. */
  void endFree() {
    // Partner: the acquire in record().
    SharedMemory.setLongRelease(slot, RECORD, record() >>> SEQUENCE_SHIFT << SEQUENCE_SHIFT);
  }

  /** Reads the free record. */
  long record() {
    // Partner: the releases in beginFree() and endFree().
    return SharedMemory.getLongAcquire(slot, RECORD);
  }

  /** Reads the blocks of the free record; they count only if the record is the same after. */
  long mask() {
    // Partner: the release in beginFree().
    return SharedMemory.getLongAcquire(slot, MASK);
  }

  /** Reads the epoch in which the word of the free record was. */
  long epoch() {
    // Partner: the release in beginFree().
    return SharedMemory.getLongAcquire(slot, EPOCH);
  }

  /** Tells the word of a free record, or -1 if it is clear; unchecked. */
  static int word(long record) {
    return (int) (record & (1 << WORD_BITS) - 1) - 1;
  }

  /** Tells the class of a free record; unchecked. */
  static int sizeClass(long record) {
    return (int) (record >>> WORD_BITS) & (1 << CLASS_BITS) - 1;
  }

  /**
   * Notes which pages are being claimed or given back.
   *
   * @param exclusive whether all of them are this participant's, if the first one is
   */
  void notePages(int first, int count, boolean exclusive) {
    // Partner: the acquire in pages(), by whoever reclaims; and what is done to the pages comes
    // after it.
    SharedMemory.setLongRelease(
        slot, PAGES, (exclusive ? EXCLUSIVE : 0) | (long) count << COUNT_SHIFT | first);
    SharedMemory.storeFence();
  }

  /** Notes that no pages are. */
  void clearPages() {
    // Partner: the acquire in pages().
    SharedMemory.setLongRelease(slot, PAGES, 0);
  }

  /** Reads which pages are being claimed or given back, 0 if none; unchecked. */
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

  /** Notes whether the participant may hold blocks; before the first one becomes held. */
  void noteHolding(boolean holding) {
    // Partner: the acquire in isHolding(), by whoever reclaims.
    SharedMemory.setLongRelease(slot, HOLDING, holding ? 1 : 0);
  }

  /** Tells whether the participant may hold blocks. */
  boolean isHolding() {
    // Partner: the release in noteHolding().
    return SharedMemory.getLongAcquire(slot, HOLDING) != 0;
  }

  /** Notes in which word a lease is about to be taken. */
  void noteLease(int sizeClass, int word) {
    // Partner: the acquire in noted(), by who repairs.
    SharedMemory.setIntRelease(slot, LEASES + (long) sizeClass * Integer.BYTES, word + 1);
  }

  /** Tells in which word there may be a lease for a class, or -1; unchecked. */
  int noted(int sizeClass) {
    // Partner: the release in noteLease().
    return SharedMemory.getIntAcquire(slot, LEASES + (long) sizeClass * Integer.BYTES) - 1;
  }
}
