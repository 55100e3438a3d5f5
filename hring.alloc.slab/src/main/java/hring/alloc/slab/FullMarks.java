package hring.alloc.slab;

import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * Where there is nothing to take, noted so that nobody looks there in vain: an int for each slab,
 * beside the state of its first page, and one for the whole pool.
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
 * <p><b>Claim.</b> Once blocks have been given back, the mark does not say FULL.
 *
 * <ol>
 *   <li>Who looks asks first, and reads the bitmap words after a full fence. Who gives blocks back
 *       sets bits first, by an atomic, and reads the mark next. So one of the two sees the other:
 *       the bits are found, or the mark is seen ASKED or FULL, and opened.
 *   <li>A mark that was opened has another version. So whoever looked before that cannot make it
 *       FULL any more.
 *   <li>Who dies after it set bits has not cleared its record or its lease, and whoever reclaims
 *       opens the mark, too. Who dies after it asked leaves the mark ASKED, which says nothing.
 * </ol>
 *
 * <p>Versions come again after 2^30 openings. Who was stopped for just as many may make a mark FULL
 * wrongly; it is opened by the next block that comes back.
 */
final class FullMarks {
  private static final int OPEN = 0;
  private static final int ASKED = 1;
  private static final int FULL = 2;
  private static final int KIND_MASK = 3;
  private static final int VERSION_ONE = 4;

  /** Far beyond what others can cause between two instructions. */
  private static final int MAX_RETRIES = 100_000;

  private final MemorySegment memory;
  private final long first;
  private final long stride;

  /**
   * Makes a view of marks.
   *
   * @param first the offset of mark 0
   * @param stride the distance from one to the next
   */
  FullMarks(MemorySegment memory, long first, long stride) {
    this.memory = memory;
    this.first = first;
    this.stride = stride;
  }

  boolean isFull(int index) {
    return (get(index) & KIND_MASK) == FULL;
  }

  /** Tells whether nothing was given back since {@link #ask} returned a mark. */
  boolean isSame(int index, int asked) {
    return (asked & KIND_MASK) != OPEN && get(index) == asked;
  }

  /**
   * Asks to be told of blocks that are given back from now on.
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

  /** Notes that there is nothing, if none was given back since the mark was asked. */
  void confirm(int index, int asked) {
    if ((asked & KIND_MASK) == ASKED) {
      compareAndSet(index, asked, asked & ~KIND_MASK | FULL);
    }
  }

  /** Has those look again who asked, or were told that there is nothing. */
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
    // Partner: the compare-and-set below. Not before the atomic by which blocks were given back.
    return SharedMemory.getIntVolatile(memory, first + index * stride);
  }

  private boolean compareAndSet(int index, int expected, int mark) {
    return SharedMemory.compareAndSetInt(memory, first + index * stride, expected, mark);
  }
}
