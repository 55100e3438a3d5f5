package hring.uring;

import hring.api.RegionException;
import hring.api.spi.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The completion queue, as both sides see it. The kernel writes the entries and the tail. The head
 * says up to where the kernel may overwrite entries; it follows the claim cursor, which says up to
 * where they are claimed, and is never ahead of it.
 *
 * <p>Head and tail count modulo 2^32; the claim cursor's count has the same low 32 bits.
 */
final class CompletionQueue {
  private final MemorySegment memory;
  private final long headOffset;
  private final long tailOffset;
  private final long entriesOffset;
  private final int entries;

  CompletionQueue(MemorySegment memory, RingArea area, int entries) {
    this.memory = memory;
    this.headOffset = area.head();
    this.tailOffset = area.tail();
    this.entriesOffset = area.completions();
    this.entries = entries;
  }

  int entries() {
    return entries;
  }

  int head() {
    // Partner: the compare-and-set in advanceHead(), by receivers. Whoever sees the head moved
    // knows that the
    // entries before it have been read, so that the kernel may be given submissions that overwrite
    // them.
    return SharedMemory.getIntAcquire(memory, headOffset);
  }

  /**
   * Tells how many entries the kernel has posted beyond a count.
   *
   * @param count the claim cursor's count
   * @return the number, negative or more than {@link #entries} if the count is out of date or the
   *     memory is damaged
   */
  int postedBeyond(long count) {
    // Partner: the kernel's smp_store_release of cq.tail (io_commit_cqring). Who sees the tail sees
    // the entries
    // before it, and what the sender wrote before it submitted.
    return SharedMemory.getIntAcquire(memory, tailOffset) - (int) count;
  }

  /**
   * Reads {@code user_data} of an entry. What is read counts only if the claim cursor can
   * afterwards be moved from at most this count: until then the kernel cannot have overwritten it.
   *
   * @param count which entry, in the claim cursor's count
   */
  long word(long count) {
    return memory.get(
        ValueLayout.JAVA_LONG, entriesOffset + (count & (entries - 1)) * Ring.COMPLETION_SIZE);
  }

  /**
   * Moves the head to where the claim cursor is. Done by the receiver that moved the cursor, and by
   * whoever finds that it has not (it was stopped, or died): nobody waits for it. Never moves the
   * head back.
   *
   * @param count the claim cursor's count
   * @throws RegionException if the head is ahead of the cursor or far behind it: somebody wrote
   *     nonsense
   */
  void advanceHead(long count) {
    int target = (int) count;
    for (int i = 0; i <= entries; i++) {
      int head = head();
      int behind = target - head;
      if (behind <= 0) {
        // Another receiver has claimed more and moved it further already.
        return;
      }
      if (behind > entries) {
        throw new RegionException(
            "the completion queue is damaged: its head "
                + head
                + " is "
                + behind
                + " entries behind the claim cursor "
                + count
                + ", it has "
                + entries);
      }
      // Partner: the acquire in head(), and the kernel's READ_ONCE of cq.head.
      if (SharedMemory.compareAndSetInt(memory, headOffset, head, target)) {
        return;
      }
    }
    throw new RegionException(
        "the completion queue is damaged: its head keeps moving below the claim cursor " + count);
  }
}
