package hring.alloc.slab;

/**
 * The size of a class's blocks, and the computation that leads from an offset to a block: a
 * division by an invariant integer, done by a multiplication (Granlund and Montgomery, "Division by
 * Invariant Integers using Multiplication", PLDI 1994).
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
   * Returns the block that starts at an offset.
   *
   * @param offset an offset in the slab, in granules. The division is exact, since offset *
   *     granules &lt; 2^40
   * @return the number of the block, or -1 if none starts there
   */
  int blockAt(long offset) {
    int block = (int) (offset * reciprocal >>> SHIFT);
    return (long) block * granules == offset ? block : -1;
  }

  /**
   * Returns the block of a word that starts at an offset.
   *
   * @param offset in granules, from the start of the word's first block; may be any number
   * @return 0 to 63, or -1 if no block of the word starts there
   */
  int blockInWord(long offset) {
    return offset >= 0 && offset < (long) granules * Long.SIZE ? blockAt(offset) : -1;
  }
}
