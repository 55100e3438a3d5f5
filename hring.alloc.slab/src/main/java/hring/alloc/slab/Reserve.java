package hring.alloc.slab;

/**
 * The blocks of a class that a participant took and has not handed out. Which of a lease's blocks
 * these are is known only here, outside the region: handing one out writes nothing but its tag. Who
 * repairs finds it out by {@link SlabPool#inReserve}. Confined to the participant's thread.
 */
final class Reserve {
  private static final int NO_WORD = -1;

  /** What a participant may keep for itself in a class is this part of the pool. */
  private static final long POOL_PART = 64;

  private final SlabPool pool;
  private final BlockWords words;
  private final int sizeClass;
  private final int granules;
  private final int limit;
  private int word = NO_WORD;
  private long base;
  private long blocks;
  private int cursor;

  Reserve(SlabPool pool, int sizeClass) {
    this.pool = pool;
    words = pool.words();
    this.sizeClass = sizeClass;
    granules = pool.classes().granules(sizeClass);
    long part = pool.layout().geometry().poolSize() / POOL_PART;
    limit = Math.clamp(part / pool.classes().blockSize(sizeClass), 1, Long.SIZE);
  }

  int sizeClass() {
    return sizeClass;
  }

  /** Tells the word in which to look first; it goes round the pool, so that no word is favoured. */
  int cursor() {
    return cursor;
  }

  void setCursor(int word) {
    cursor = word;
  }

  boolean isEmpty() {
    return blocks == 0;
  }

  /**
   * Takes a block out; there must be one. It must get its tag next.
   *
   * @return the granule at which it starts
   */
  long take() {
    long bits = blocks;
    blocks = bits & bits - 1;
    return base + (long) Long.numberOfTrailingZeros(bits) * granules;
  }

  /** Ends the lease of a reserve that is empty: what is freed into the word is for everyone. */
  void endLease() {
    words.setLocal(word, 0);
    words.endLease(word);
    word = NO_WORD;
  }

  /**
   * Fills the reserve from a word that the caller has leased.
   *
   * @return false if it has no block to take
   */
  boolean fill(int leased) {
    words.nextEpoch(leased);
    long bits = lowest(words.avail(leased) & pool.validBits(leased, sizeClass), limit);
    if (bits == 0) {
      return false;
    }
    // First noted, then taken: a block in between is in both, so none is lost in a crash.
    words.setLocal(leased, bits);
    if ((words.take(leased, bits) & bits) != bits) {
      throw SlabPool.damaged("blocks of word " + leased + " were taken without a lease");
    }
    word = leased;
    base = pool.firstGranule(leased, sizeClass);
    blocks = bits;
    return true;
  }

  /** Gives all back, and the lease. */
  void release() {
    if (word != NO_WORD) {
      words.giveBack(word, blocks);
      blocks = 0;
      endLease();
    }
  }

  private static long lowest(long bits, int count) {
    long rest = bits;
    for (int i = Long.bitCount(bits); i > count; i--) {
      rest &= ~Long.highestOneBit(rest);
    }
    return rest;
  }
}
