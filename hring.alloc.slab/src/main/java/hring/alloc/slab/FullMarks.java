package hring.alloc.slab;

import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * Marks of slabs that have no block to take, so that a search passes them over: an int for each
 * slab, beside the state of its first page, and one for the whole pool.
 *
 * <pre>
 *   31             2 1     0
 *  +----------------+-------+
 *  |    version     | kind  |
 *  +----------------+-------+
 *
 *            ask                  looked, nothing found
 *   OPEN v  -----> ASKED v  ---------------------------> FULL v
 *    ^                |                                    |
 *    |  version + 1   |                                    |    by whoever gave blocks back
 *    +----------------+------------------------------------+
 * </pre>
 *
 * <p><b>Claim.</b> Once a participant has given blocks back, the mark is not FULL.
 *
 * <ol>
 *   <li>A participant that searches makes the mark ASKED, and reads the bitmap words after a full
 *       fence. A participant that gives blocks back sets bits by an atomic, and reads the mark
 *       afterwards. So at least one of the two sees the other: the search finds the bits, or the
 *       one that gives back sees the mark ASKED or FULL, and opens it.
 *   <li>Opening a mark changes its version. So a search that asked before cannot make it FULL any
 *       more: its compare-and-set fails.
 *   <li>A participant that dies after it set bits has not cleared its record or its lease, so
 *       whoever reclaims opens the mark, too. One that dies after it asked leaves the mark ASKED,
 *       which claims nothing.
 * </ol>
 *
 * <p>Versions repeat after 2^30 openings. A participant that was stopped for exactly as many may
 * make a mark FULL wrongly; the next block that is given back opens it.
 */
final class FullMarks {
  private static final int OPEN = 0;
  private static final int ASKED = 1;
  private static final int FULL = 2;
  private static final int KIND_MASK = 3;
  private static final int VERSION_ONE = 4;

  /** Far more than other participants can cause: only a damaged mark fails so often in a row. */
  private static final int MAX_RETRIES = 100_000;

  private final MemorySegment memory;
  private final long first;
  private final long stride;

  /**
   * Creates a view of marks.
   *
   * @param first the offset of mark 0 in bytes
   * @param stride the distance from one mark to the next in bytes
   */
  FullMarks(MemorySegment memory, long first, long stride) {
    this.memory = memory;
    this.first = first;
    this.stride = stride;
  }

  boolean isFull(int index) {
    return (get(index) & KIND_MASK) == FULL;
  }

  /** Returns whether nothing was given back since {@link #ask} returned a mark. */
  boolean isSame(int index, int asked) {
    return (asked & KIND_MASK) != OPEN && get(index) == asked;
  }

  /**
   * Begins a search: blocks that are given back from now on change the mark.
   *
   * @return the mark, for {@link #confirm} or {@link #isSame}
   */
  int ask(int index) {
    int mark = get(index);
    if ((mark & KIND_MASK) == OPEN && compareAndSet(index, mark, mark | ASKED)) {
      mark |= ASKED;
    }
    // Partner: the atomic by which blocks are given back, and the volatile read in open().
    SharedMemory.fullFence();
    return mark;
  }

  /**
   * Makes the mark FULL after a search in vain, unless blocks were given back since {@link #ask}.
   */
  void confirm(int index, int asked) {
    if ((asked & KIND_MASK) == ASKED) {
      compareAndSet(index, asked, asked & ~KIND_MASK | FULL);
    }
  }

  /** Opens the mark: whoever found no block searches again. Called after blocks were given back. */
  void open(int index) {
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      int mark = get(index);
      if ((mark & KIND_MASK) == OPEN
          || compareAndSet(index, mark, (mark & ~KIND_MASK) + VERSION_ONE)) {
        return;
      }
    }
    throw SlabPool.damaged("a mark of what is full never stops changing");
  }

  private int get(int index) {
    // Partner: the compare-and-set below. The atomic by which blocks were given back comes before
    // this read.
    return SharedMemory.getIntVolatile(memory, first + index * stride);
  }

  private boolean compareAndSet(int index, int expected, int mark) {
    return SharedMemory.compareAndSetInt(memory, first + index * stride, expected, mark);
  }
}
