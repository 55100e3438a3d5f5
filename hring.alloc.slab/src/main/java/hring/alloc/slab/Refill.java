package hring.alloc.slab;

/**
 * Finds blocks for an empty reserve: in the slabs of the class, then in a slab of the common stock,
 * then, when there is none, by giving back what this participant holds and returning empty slabs to
 * the stock.
 *
 * <p><b>Why no block is taken twice.</b> Blocks leave {@code avail} only by the hand of the lessee,
 * and there is one. A slab changes its class only while every one of its words is leased by who
 * changes it. Who takes a lease looks at the state afterwards; who retires sets the state and then
 * takes the leases; both with full fences, so at least one of the two sees the other and steps
 * back.
 *
 * <p>Nothing here waits: a word that another one has leased is passed over.
 */
final class Refill {
  private final SlabPool pool;
  private final int owner;
  private final SlabStock stock;
  private final Reserve[] reserves;

  Refill(SlabPool pool, int owner, Reserve[] reserves) {
    this.pool = pool;
    this.owner = owner;
    this.reserves = reserves;
    stock = new SlabStock(pool, owner);
  }

  /**
   * Fills a reserve.
   *
   * @return false if the pool has no block of this class now
   */
  boolean fill(Reserve reserve) {
    if (fromClass(reserve) || fromStock(reserve)) {
      return true;
    }
    flush();
    return fromStock(reserve);
  }

  /** Gives back all that this participant holds, and all slabs that are empty. */
  void flush() {
    for (Reserve reserve : reserves) {
      reserve.release();
    }
    stock.retireEmpty();
  }

  private boolean fromClass(Reserve reserve) {
    int sizeClass = reserve.sizeClass();
    int used = pool.classes().words(sizeClass);
    int slabs = pool.layout().slabs();
    int slab = pool.slabOfWord(reserve.cursor());
    int start = pool.wordInSlab(reserve.cursor());
    // Once more than there are slabs: the first one's words before the cursor come last.
    for (int i = 0; i <= slabs; i++) {
      if (pool.states().get(slab) == SlabStates.inUse(sizeClass)) {
        int end = i == slabs ? Math.min(start, used) : used;
        for (int n = i == 0 ? start : 0; n < end; n++) {
          if (fromWord(reserve, slab, pool.firstWord(slab) + n)) {
            return true;
          }
        }
      }
      slab = slab + 1 == slabs ? 0 : slab + 1;
    }
    return false;
  }

  private boolean fromWord(Reserve reserve, int slab, int word) {
    BlockWords words = pool.words();
    if (words.avail(word) == 0 || words.lease(word) != 0) {
      return false;
    }
    pool.slot(owner).noteLease(reserve.sizeClass(), word);
    if (!words.tryLease(word, owner)) {
      return false;
    }
    // Again, now that nobody can retire the slab any more.
    boolean filled =
        pool.states().get(slab) == SlabStates.inUse(reserve.sizeClass()) && reserve.fill(word);
    if (filled) {
      reserve.setCursor(word + 1 == pool.layout().words() ? 0 : word + 1);
    } else {
      words.endLease(word);
    }
    return filled;
  }

  private boolean fromStock(Reserve reserve) {
    // Others may take the blocks of a slab before we do; the bound is only against a damaged
    // region.
    for (int i = 0; i < pool.layout().slabs(); i++) {
      int slab = stock.claim(reserve.sizeClass());
      if (slab < 0) {
        return false;
      }
      reserve.setCursor(pool.firstWord(slab));
      if (fromClass(reserve)) {
        return true;
      }
    }
    return false;
  }
}
