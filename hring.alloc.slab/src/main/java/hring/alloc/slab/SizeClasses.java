package hring.alloc.slab;

/**
 * The sizes in which blocks of slabs come: multiples of the granule, eight per doubling.
 *
 * <pre>
 *  class      0  1  2  3  4  5  6  7  8   9  10  11  12  13  14  15  16  17  ...
 *  granules   1  2  3  4  5  6  7  8  9  10  11  12  13  14  15  16  18  20  ...
 * </pre>
 *
 * A block is at most an eighth larger than its length rounded up to granules.
 */
final class SizeClasses {
  private static final int STEPS_SHIFT = 3;
  private static final int STEPS = 1 << STEPS_SHIFT;
  private static final int WORD = Long.SIZE;

  private final int granuleShift;
  private final BlockSize[] sizes;

  /**
   * Creates the classes of a pool.
   *
   * @param mostGranules the size of the largest block in granules, a power of two
   * @param granuleShift the binary logarithm of the granule
   */
  SizeClasses(int mostGranules, int granuleShift) {
    this.granuleShift = granuleShift;
    sizes = new BlockSize[ofGranules(mostGranules) + 1];
    for (int c = 0; c < sizes.length; c++) {
      sizes[c] = new BlockSize(granulesOf(c));
    }
  }

  /** Returns the number of classes. */
  int count() {
    return sizes.length;
  }

  /** Returns the class of the smallest blocks that have room for a length of at least 1. */
  int of(long length) {
    return ofGranules((int) ((length - 1) >>> granuleShift) + 1);
  }

  /** Returns the size of a block in granules. */
  int granules(int sizeClass) {
    return sizes[sizeClass].granules();
  }

  /** Returns the size of a block, which also converts offsets to blocks. */
  BlockSize size(int sizeClass) {
    return sizes[sizeClass];
  }

  /** Returns the size of a block in bytes. */
  long blockSize(int sizeClass) {
    return (long) granules(sizeClass) << granuleShift;
  }

  /** Returns the number of bitmap words for some blocks. */
  static int words(int blocks) {
    return (blocks + WORD - 1) / WORD;
  }

  /** Returns the bits of a slab's bitmap word, counted from 0, that stand for blocks. */
  static long validBits(int blocks, int word) {
    int bits = blocks - word * WORD;
    return bits >= WORD ? -1L : bits <= 0 ? 0 : (1L << bits) - 1;
  }

  private static int ofGranules(int granules) {
    if (granules <= STEPS) {
      return granules - 1;
    }
    int exponent = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(granules - 1);
    int step = granules - 1 - (1 << exponent) >> exponent - STEPS_SHIFT;
    return STEPS * (exponent - STEPS_SHIFT + 1) + step;
  }

  private static int granulesOf(int sizeClass) {
    if (sizeClass < STEPS) {
      return sizeClass + 1;
    }
    int exponent = sizeClass / STEPS + STEPS_SHIFT - 1;
    return (1 << exponent) + (sizeClass % STEPS + 1 << exponent - STEPS_SHIFT);
  }
}
