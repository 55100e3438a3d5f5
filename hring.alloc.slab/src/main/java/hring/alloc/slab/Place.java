package hring.alloc.slab;

/** Where the blocks of a bitmap word lie, computed from the state of its slab. */
final class Place {
  private final SlabPool pool;

  /** The slab's first page. */
  int slab;

  int sizeClass;
  int word;

  /** The granule at which the word's first block starts. */
  long base;

  /** The bits that stand for blocks. */
  long valid;

  Place(SlabPool pool) {
    this.pool = pool;
  }

  /**
   * Computes the place of a word.
   *
   * @return false if the word is of no slab that has blocks; the fields are meaningless then
   */
  boolean ofWord(int word) {
    int page = pool.pageOfWord(word);
    int first = pool.states().firstPage(page);
    return first >= 0 && set(first, pool.states().get(first), word - pool.firstWord(first));
  }

  /**
   * Computes the place of a block's word.
   *
   * @param granule where it starts, a granule of the pool
   * @return false if no slab has a block that starts there
   */
  boolean ofBlock(long granule) {
    long page = pool.pageOfGranule(granule);
    if (page >= pool.layout().pages()) {
      return false;
    }
    int first = pool.states().firstPage((int) page);
    if (first < 0) {
      return false;
    }
    int state = pool.states().get(first);
    if (!pool.states().hasBlocks(first, state)) {
      return false;
    }
    BlockSize size = pool.classes().size(SlabStates.sizeClass(state));
    int block = size.blockAt(granule - pool.firstGranule(first));
    return block >= 0 && set(first, state, block / Long.SIZE) && (valid & 1L << block) != 0;
  }

  private boolean set(int first, int state, int n) {
    if (!pool.states().hasBlocks(first, state)) {
      return false;
    }
    slab = first;
    sizeClass = SlabStates.sizeClass(state);
    word = pool.firstWord(first) + n;
    base = pool.firstGranule(first) + (long) n * Long.SIZE * pool.classes().granules(sizeClass);
    valid = SizeClasses.validBits(pool.blocks(state), n);
    return true;
  }

  /** Returns the number of the block of this word that starts at a granule, or -1. */
  int block(long granule) {
    int block = pool.classes().size(sizeClass).blockInWord(granule - base);
    return block >= 0 && (valid & 1L << block) != 0 ? block : -1;
  }

  /** Returns the granule at which a block starts. */
  long granule(int block) {
    return base + (long) block * pool.classes().granules(sizeClass);
  }

  /** Returns those of some blocks that have a tag: the live and the held ones. */
  long tagged(long bits) {
    long tagged = 0;
    for (long rest = bits & valid; rest != 0; rest &= rest - 1) {
      int bit = Long.numberOfTrailingZeros(rest);
      if (pool.table().ownerAt(granule(bit)) != 0) {
        tagged |= 1L << bit;
      }
    }
    return tagged;
  }

  /**
   * Returns the blocks of the word that its holder took and never handed out:
   *
   * <pre>
   *   notHandedOut = local &amp; valid &amp; ~(tagged | recorded since the take | avail)
   * </pre>
   *
   * <p>Exact while the holder makes no step.
   *
   * <p>The places are read in the order in which a block moves: a block that has lost its tag was
   * in a record before, and one that has left the record was in avail before. Only the holder takes
   * blocks out of avail, so none can return to the start meanwhile. Records with an epoch below the
   * end of the holder's take do not count: they name blocks that it took after they had arrived.
   */
  long notHandedOut() {
    BlockWords words = pool.words();
    long epoch = words.epoch(word);
    long bits = words.local(word) & valid;
    bits &= ~tagged(bits);
    bits &= ~pool.recordedAfter(word, BlockWords.endOfTake(epoch) - 1);
    return bits & ~words.avail(word);
  }
}
