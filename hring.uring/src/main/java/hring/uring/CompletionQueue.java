package hring.uring;

import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.transport.Entries;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The completion queue, as both sides see it. The kernel writes the entries and the tail. The claim
 * cursor says up to where entries are claimed. The head says up to where the kernel may overwrite
 * them: the sender moves it to where the cursor is, when it needs room.
 *
 * <p>Head and tail count modulo 2^32; the claim cursor's count has the same low 32 bits.
 */
final class CompletionQueue implements Entries {
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

  @Override
  public int size() {
    return entries;
  }

  int head() {
    // Partner: the release in setHead(): another process may have written since.
    return SharedMemory.getIntAcquire(memory, headOffset);
  }

  @Override
  public int postedBeyond(long count) {
    // Partner: the kernel's smp_store_release of cq.tail (io_commit_cqring). Who sees the tail sees
    // the entries before it, and what the sender wrote before it submitted.
    return SharedMemory.getIntAcquire(memory, tailOffset) - (int) count;
  }

  @Override
  public long entry(long count) {
    // Partner: the release in blank(). Not of the kernel's store, which is plain: what comes with
    // an entry is seen by whoever sees the tail.
    return SharedMemory.getLongAcquire(memory, offset((int) count));
  }

  /**
   * Blanks entries, so that receivers can wait for the next one without reading the cache line of
   * the indices, which the kernel writes.
   *
   * @param from the first, which the kernel has not written yet
   * @param to the one after the last; all are free
   */
  void blank(int from, int to) {
    for (int count = from; count != to; count++) {
      // Partner: the acquire in entry().
      SharedMemory.setLongRelease(memory, offset(count), 0);
    }
  }

  private long offset(int count) {
    return entriesOffset + (long) (count & entries - 1) * Ring.COMPLETION_SIZE;
  }

  @Override
  public void read(long count, long[] into, int length) {
    int index = (int) count & entries - 1;
    int beforeEnd = Math.min(length, entries - index);
    readFrom(index, into, 0, beforeEnd);
    readFrom(0, into, beforeEnd, length);
  }

  /** Reads adjacent entries: the compiler moves the bounds checks out of such a loop. */
  private void readFrom(int index, long[] into, int from, int to) {
    long offset = offset(index);
    for (int i = 0; i < to - from; i++) {
      into[from + i] =
          memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + (long) i * Ring.COMPLETION_SIZE);
    }
  }

  /**
   * Moves the head. Done by the sender alone, when it needs room: each move takes the line of the
   * indices from the receivers.
   *
   * @param head up to where entries are claimed
   */
  void setHead(int head) {
    // Partner: the kernel's READ_ONCE of cq.head.
    SharedMemory.setIntRelease(memory, headOffset, head);
  }
}
