package hring.alloc.slab;

import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * The state of each page: an int that says which slab the page belongs to, 0 for none. The mark
 * beside it, in the same cache line, is one of {@link FullMarks}.
 *
 * <pre>
 *   0       4       8
 *  +-------+-------+
 *  | state | mark  |   for each page
 *  +-------+-------+
 *
 *   31        19 18      11 10       3 2     0
 *  +------------+----------+----------+-------+
 *  |   pages    |  owner   |  class   | kind  |   the first page of a slab
 *  +------------+----------+----------+-------+
 *  |  distance  | (unused) |  class   |   4   |   the others: how many pages after the first
 *  +------------+----------+----------+-------+
 * </pre>
 *
 * <pre>
 *   claimed             format, publish
 *     0 ---> CHANGING(me) ------------> IN_USE
 *     ^                                 |    ^
 *     |  cleared      look whether empty|    | not empty
 *     +----- CHANGING(me) <---- RETIRING(me) +
 *                      it is empty
 * </pre>
 *
 * <p>The owner is the participant that carries out the change (RETIRING and CHANGING), so that the
 * change can be undone if it dies. While a slab is RETIRING, its blocks can be freed but not taken.
 * While it is CHANGING, it has no blocks.
 */
final class SlabStates {
  static final int NONE = 0;
  static final int IN_USE = 1;
  static final int RETIRING = 2;
  static final int CHANGING = 3;
  static final int LATER_PAGE = 4;

  private static final long STATE = 0;
  private static final long MARK = STATE + Integer.BYTES;
  private static final long STRIDE = MARK + Integer.BYTES;

  /** Returned by {@link #firstPage} if the page is of no slab. */
  static final int NO_SLAB = -1;

  private static final int KIND_BITS = 3;
  private static final int PART_BITS = 8;
  private static final int OWNER_SHIFT = KIND_BITS + PART_BITS;
  private static final int PAGES_SHIFT = OWNER_SHIFT + PART_BITS;
  private static final int KIND_MASK = (1 << KIND_BITS) - 1;
  private static final int PART_MASK = (1 << PART_BITS) - 1;

  private final MemorySegment states;
  private final int pages;
  private final int classCount;

  SlabStates(MemorySegment states, int pages, int classCount) {
    this.states = states;
    this.pages = pages;
    this.classCount = classCount;
  }

  /** Returns the size of the states and marks of some pages in bytes. */
  static long size(int pages) {
    return pages * STRIDE;
  }

  /** Returns the marks that lie beside the states. */
  FullMarks marks() {
    return new FullMarks(states, MARK, STRIDE);
  }

  static int inUse(int sizeClass, int pages) {
    return pages << PAGES_SHIFT | sizeClass << KIND_BITS | IN_USE;
  }

  static int retiring(int inUse, int owner) {
    return inUse & ~KIND_MASK | owner << OWNER_SHIFT | RETIRING;
  }

  static int changing(int inUse, int owner) {
    return inUse & ~KIND_MASK | owner << OWNER_SHIFT | CHANGING;
  }

  /**
   * Returns the state IN_USE of a slab that is being changed: the one it had or is going to have.
   */
  static int inUseAgain(int state) {
    return inUse(sizeClass(state), pages(state));
  }

  static int laterPage(int distance, int sizeClass) {
    return distance << PAGES_SHIFT | sizeClass << KIND_BITS | LATER_PAGE;
  }

  static int kind(int state) {
    return state & KIND_MASK;
  }

  static int owner(int state) {
    return state >>> OWNER_SHIFT & PART_MASK;
  }

  static int sizeClass(int state) {
    return state >>> KIND_BITS & PART_MASK;
  }

  static int pages(int state) {
    return state >>> PAGES_SHIFT;
  }

  int get(int page) {
    // Partner: the release in set() and the compare-and-set: whoever sees IN_USE sees the words
    // formatted.
    return SharedMemory.getIntAcquire(states, page * STRIDE + STATE);
  }

  /** Changes the state of a page of a slab that the caller is changing already. */
  void set(int page, int state) {
    // Partner: the acquire in get().
    SharedMemory.setIntRelease(states, page * STRIDE + STATE, state);
  }

  boolean compareAndSet(int page, int expected, int state) {
    return SharedMemory.compareAndSetInt(states, page * STRIDE + STATE, expected, state);
  }

  /** Returns the first page of the slab that a page belongs to, or {@link #NO_SLAB}. */
  int firstPage(int page) {
    int state = get(page);
    if (kind(state) != LATER_PAGE) {
      return state == NONE ? NO_SLAB : page;
    }
    int distance = state >>> PAGES_SHIFT;
    int first = page - distance;
    boolean fits = first >= 0 && hasBlocks(first, get(first)) && pages(get(first)) > distance;
    return fits ? first : NO_SLAB;
  }

  /**
   * Returns whether a slab has blocks.
   *
   * @param first its first page
   * @param state any int
   * @return false if a slab in this state has none, or the state is damaged
   */
  boolean hasBlocks(int first, int state) {
    return (kind(state) == IN_USE || kind(state) == RETIRING) && isPossible(first, state);
  }

  private boolean isPossible(int first, int state) {
    return sizeClass(state) < classCount && pages(state) >= 1 && pages(state) <= pages - first;
  }

  /**
   * Returns whether a state can be that of a slab.
   *
   * @param first the first page
   * @param state any int
   * @param maxOwners the greatest owner number
   */
  boolean isSound(int first, int state, int maxOwners) {
    int owner = owner(state);
    return switch (kind(state)) {
      case IN_USE -> owner == 0 && isPossible(first, state);
      case RETIRING, CHANGING -> owner >= 1 && owner <= maxOwners && isPossible(first, state);
      default -> false;
    };
  }
}
