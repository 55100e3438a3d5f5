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
  private static final int WORD = Long.SIZE;

  private final int granuleShift;
  private final BlockSize[] sizes;
  private final int[] blocks;

  /**
   * Makes the classes of a slab.
   *
   * @param slabGranules the slab's size in granules, a power of two
   * @param granuleShift the binary logarithm of the granule
   */
  SizeClasses(int slabGranules, int granuleShift) {
    this.granuleShift = granuleShift;
    int count = ofGranules(slabGranules) + 1;
    sizes = new BlockSize[count];
    blocks = new int[count];
    for (int c = 0; c < count; c++) {
      sizes[c] = new BlockSize(granulesOf(c));
      blocks[c] = slabGranules / granules(c);
    }
  }

  /** Tells how many classes there are. */
  int count() {
    return sizes.length;
  }

  /** Tells the class of the smallest blocks that have room for a length, at least 1. */
  int of(long length) {
    return ofGranules((int) ((length - 1) >>> granuleShift) + 1);
  }

  /** Tells how many granules a block has. */
  int granules(int sizeClass) {
    return sizes[sizeClass].granules();
  }

  /** Gives the size of a block, and the way from an offset to a block. */
  BlockSize size(int sizeClass) {
    return sizes[sizeClass];
  }

  /** Tells how many bytes a block has. */
  long blockSize(int sizeClass) {
    return (long) granules(sizeClass) << granuleShift;
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
    int block = sizes[sizeClass].blockAt(offset);
    return block < blocks[sizeClass] ? block : -1;
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
