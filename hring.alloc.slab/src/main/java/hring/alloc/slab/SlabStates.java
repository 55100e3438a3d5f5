package hring.alloc.slab;

import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * What each slab is used for: an int per slab, 0 for a slab in the common stock.
 *
 * <pre>
 *   31    24 23      16 15       8 7       0
 *  +--------+----------+----------+---------+
 *  |   0    |  owner   |  class   |  state  |
 *  +--------+----------+----------+---------+
 * </pre>
 *
 * <pre>
 *            claim                    format done
 *     FREE ---------> CHANGING(me) -----------------> IN_USE
 *      ^                                              |    ^
 *      |  words cleared            look whether empty |    | not empty
 *      +------------- CHANGING(me) <---- RETIRING(me) <----+
 *                               it is empty
 * </pre>
 *
 * <p>The owner is who carries out the change (RETIRING and CHANGING), so that it can be undone if
 * that participant dies. While a slab is RETIRING its blocks may be freed as usual; nothing can be
 * taken. While it is CHANGING it has no blocks.
 */
final class SlabStates {
  static final int FREE = 0;
  static final int IN_USE = 1;
  static final int RETIRING = 2;
  static final int CHANGING = 3;

  private static final int CLASS_SHIFT = Byte.SIZE;
  private static final int OWNER_SHIFT = 2 * Byte.SIZE;
  private static final int PART_MASK = 0xFF;
  private static final int USED_MASK = 0xFF_FFFF;

  private final MemorySegment states;
  private final int classCount;

  SlabStates(MemorySegment states, int classCount) {
    this.states = states;
    this.classCount = classCount;
  }

  static int inUse(int sizeClass) {
    return sizeClass << CLASS_SHIFT | IN_USE;
  }

  static int retiring(int sizeClass, int owner) {
    return owner << OWNER_SHIFT | sizeClass << CLASS_SHIFT | RETIRING;
  }

  static int changing(int sizeClass, int owner) {
    return owner << OWNER_SHIFT | sizeClass << CLASS_SHIFT | CHANGING;
  }

  static int kind(int state) {
    return state & PART_MASK;
  }

  static int owner(int state) {
    return state >>> OWNER_SHIFT & PART_MASK;
  }

  int get(int slab) {
    // Partner: the release in set() and the compare-and-set: who sees IN_USE sees the words
    // formatted.
    return SharedMemory.getIntAcquire(states, (long) slab * Integer.BYTES);
  }

  /** Changes the state of a slab that the caller is changing already. */
  void set(int slab, int state) {
    // Partner: the acquire in get().
    SharedMemory.setIntRelease(states, (long) slab * Integer.BYTES, state);
  }

  boolean compareAndSet(int slab, int expected, int state) {
    return SharedMemory.compareAndSetInt(states, (long) slab * Integer.BYTES, expected, state);
  }

  /**
   * Tells the class of the blocks that a slab holds.
   *
   * @param state any int
   * @return the class, or -1 if a slab in this state has no blocks or the state is damaged
   */
  int blockClass(int state) {
    int sizeClass = state >>> CLASS_SHIFT & PART_MASK;
    boolean hasBlocks = kind(state) == IN_USE || kind(state) == RETIRING;
    return hasBlocks && sizeClass < classCount ? sizeClass : -1;
  }

  /**
   * Tells whether a state can be.
   *
   * @param state any int
   * @param maxOwners the greatest owner number
   */
  boolean isSound(int state, int maxOwners) {
    int sizeClass = state >>> CLASS_SHIFT & PART_MASK;
    int owner = owner(state);
    return switch (kind(state)) {
      case FREE -> state == 0;
      case IN_USE -> sizeClass < classCount && owner == 0 && (state & ~USED_MASK) == 0;
      case RETIRING, CHANGING ->
          sizeClass < classCount && owner >= 1 && owner <= maxOwners && (state & ~USED_MASK) == 0;
      default -> false;
    };
  }
}
