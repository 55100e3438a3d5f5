package hring.alloc.slab;

/**
 * The blocks of a class that a participant took and has not handed out. They are noted in the
 * word's {@code local}, in the region; this holds a copy, so that handing one out reads nothing
 * that is shared. Confined to the participant's thread.
 */
final class Reserve {
  private static final int NO_WORD = -1;

  /** What a participant may keep for itself in a class is this part of the pool. */
  private static final long POOL_PART = 64;

  private final SlabPool pool;
  private final int sizeClass;
  private final int granules;
  private final int limit;
  private int word = NO_WORD;
  private long base;
  private long blocks;
  private int cursor;

  Reserve(SlabPool pool, int sizeClass) {
    this.pool = pool;
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

  /** Tells which blocks can be handed out. */
  long blocks() {
    return blocks;
  }

  /** Tells where a block starts. */
  long granule(int bit) {
    return base + (long) bit * granules;
  }

  /** Takes note that a block was handed out, the rest being these. */
  void keep(long rest) {
    blocks = rest;
    pool.words().setLocal(word, rest);
    if (rest == 0) {
      // At once, not at the next allocate: what is freed into the word is for everyone.
      pool.words().endLease(word);
      word = NO_WORD;
    }
  }

  /**
   * Fills the reserve from a word that the caller has leased.
   *
   * @return false if it has no block to take
   */
  boolean fill(int leased) {
    BlockWords words = pool.words();
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
      pool.words().giveBack(word, blocks);
      keep(0);
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
