package hring.alloc.slab;

/**
 * The sizes in which blocks come: multiples of the granule, four per doubling, up to a whole slab.
 *
 * <pre>
 *  class      0  1  2  3  4  5  6  7  8   9  10  11  12  ...
 *  granules   1  2  3  4  5  6  7  8  10  12  14  16  20  ...
 * </pre>
 *
 * A block is at most a quarter larger than its length rounded up to granules.
 */
final class SizeClasses {
  private static final int STEPS_SHIFT = 2;
  private static final int STEPS = 1 << STEPS_SHIFT;
  private static final int RECIPROCAL_SHIFT = 32;
  private static final int WORD = Long.SIZE;

  private final int granuleShift;
  private final int[] granules;
  private final int[] blocks;
  private final long[] reciprocals;

  /**
   * Makes the classes of a slab.
   *
   * @param slabGranules the slab's size in granules, a power of two
   * @param granuleShift the binary logarithm of the granule
   */
  SizeClasses(int slabGranules, int granuleShift) {
    this.granuleShift = granuleShift;
    int count = ofGranules(slabGranules) + 1;
    granules = new int[count];
    blocks = new int[count];
    reciprocals = new long[count];
    for (int c = 0; c < count; c++) {
      granules[c] = granulesOf(c);
      blocks[c] = slabGranules / granules[c];
      reciprocals[c] = (1L << RECIPROCAL_SHIFT) / granules[c] + 1;
    }
  }

  /** Tells how many classes there are. */
  int count() {
    return granules.length;
  }

  /** Tells the class of the smallest blocks that have room for a length, at least 1. */
  int of(long length) {
    return ofGranules((int) ((length - 1) >>> granuleShift) + 1);
  }

  /** Tells how many granules a block has. */
  int granules(int sizeClass) {
    return granules[sizeClass];
  }

  /** Tells how many bytes a block has. */
  long blockSize(int sizeClass) {
    return (long) granules[sizeClass] << granuleShift;
  }

  /** Tells how many blocks a slab of this class has. */
  int blocks(int sizeClass) {
    return blocks[sizeClass];
  }

  /** Tells how many bitmap words a slab of this class uses. */
  int words(int sizeClass) {
    return (blocks[sizeClass] + WORD - 1) / WORD;
  }

  /** Tells which bits of the n-th bitmap word of a slab stand for blocks. */
  long validBits(int sizeClass, int word) {
    int bits = blocks[sizeClass] - word * WORD;
    return bits >= WORD ? -1L : bits <= 0 ? 0 : (1L << bits) - 1;
  }

  /**
   * Tells which block starts at an offset.
   *
   * @param sizeClass the class
   * @param offset an offset in the slab, in granules
   * @return the number of the block in the slab, or -1 if none starts there
   */
  int blockAt(int sizeClass, int offset) {
    // A division by multiplication: exact, since offset * granules stays far below 2^32.
    int block = (int) (offset * reciprocals[sizeClass] >>> RECIPROCAL_SHIFT);
    return block < blocks[sizeClass] && block * granules[sizeClass] == offset ? block : -1;
  }

  /**
   * Tells which block of a word starts at an offset.
   *
   * @param sizeClass the class
   * @param offset any number: an offset in granules from where the word's first block starts
   * @return 0 to 63, or -1 if no block of the word starts there
   */
  int blockInWord(int sizeClass, long offset) {
    int size = granules[sizeClass];
    if (offset < 0 || offset >= (long) size * WORD) {
      return -1;
    }
    int block = (int) (offset * reciprocals[sizeClass] >>> RECIPROCAL_SHIFT);
    return (long) block * size == offset ? block : -1;
  }

  private static int ofGranules(int granules) {
    if (granules <= STEPS) {
      return granules - 1;
    }
    int exponent = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(granules - 1);
    int step = granules - 1 - (1 << exponent) >> exponent - STEPS_SHIFT;
    return STEPS * (exponent - 1) + step;
  }

  private static int granulesOf(int sizeClass) {
    if (sizeClass < STEPS) {
      return sizeClass + 1;
    }
    int exponent = sizeClass / STEPS + 1;
    return (1 << exponent) + (sizeClass % STEPS + 1 << exponent - STEPS_SHIFT);
  }
}
