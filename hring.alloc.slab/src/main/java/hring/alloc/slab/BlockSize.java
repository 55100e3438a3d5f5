package hring.alloc.slab;

/**
 * The size of a class's blocks, and the way from an offset to a block: a division by a number known
 * before, done by a multiplication (Granlund and Montgomery, "Division by Invariant Integers using
 * Multiplication", PLDI 1994).
 *
 * @param granules how many granules a block has
 * @param reciprocal 2^40 / granules, rounded down, plus 1
 */
record BlockSize(int granules, long reciprocal) {
  private static final int SHIFT = 40;

  BlockSize(int granules) {
    this(granules, (1L << SHIFT) / granules + 1);
  }

  /**
   * Tells which block starts at an offset.
   *
   * @param offset an offset in the slab, in granules: so small that the division is exact, since
   *     offset * granules is far below 2^40
   * @return the number of the block, or -1 if none starts there
   */
  int blockAt(long offset) {
    int block = (int) (offset * reciprocal >>> SHIFT);
    return (long) block * granules == offset ? block : -1;
  }

  /**
   * Tells which block of a word starts at an offset.
   *
   * @param offset any number: an offset in granules from where the word's first block starts
   * @return 0 to 63, or -1 if no block of the word starts there
   */
  int blockInWord(long offset) {
    return offset >= 0 && offset < (long) granules * Long.SIZE ? blockAt(offset) : -1;
  }
}
