package hring.alloc.slab;

import java.util.BitSet;

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
   * Fills an empty reserve. The word that it had is given up only now: so blocks of it that this
   * participant itself freed meanwhile were handed out again, and did not need to be written down.
   *
   * @return false if the pool has no block of this class now
   */
  boolean fill(Reserve reserve) {
    reserve.release();
    if (fromClass(reserve) || fromStock(reserve)) {
      return true;
    }
    if (discover(reserve) && fromClass(reserve)) {
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

  /** Goes once round the slabs that are known to be of the class, from the cursor on. */
  private boolean fromClass(Reserve reserve) {
    int start = pool.slabOfWord(reserve.cursor());
    int first = pool.wordInSlab(reserve.cursor());
    int used = pool.classes().words(reserve.sizeClass());
    BitSet slabs = reserve.slabs();
    if (fromSlab(reserve, start, first, used)) {
      return true;
    }
    for (int i = slabs.nextSetBit(start + 1); i >= 0; i = slabs.nextSetBit(i + 1)) {
      if (fromSlab(reserve, i, 0, used)) {
        return true;
      }
    }
    for (int i = slabs.nextSetBit(0); i >= 0 && i < start; i = slabs.nextSetBit(i + 1)) {
      if (fromSlab(reserve, i, 0, used)) {
        return true;
      }
    }
    return fromSlab(reserve, start, 0, Math.min(first, used));
  }

  private boolean fromSlab(Reserve reserve, int slab, int from, int to) {
    if (pool.states().get(slab) != SlabStates.inUse(reserve.sizeClass())) {
      reserve.slabs().clear(slab);
      return false;
    }
    for (int n = from; n < to; n++) {
      if (fromWord(reserve, slab, pool.firstWord(slab) + n)) {
        return true;
      }
    }
    return false;
  }

  /** Looks for slabs that others took for the class; tells whether there are any. */
  private boolean discover(Reserve reserve) {
    int known = reserve.slabs().cardinality();
    for (int slab = 0; slab < pool.layout().slabs(); slab++) {
      if (pool.states().get(slab) == SlabStates.inUse(reserve.sizeClass())) {
        reserve.slabs().set(slab);
      }
    }
    return reserve.slabs().cardinality() > known;
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
      int next = pool.nextWord(word);
      reserve.setCursor(next);
      words.touch(next);
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
      reserve.slabs().set(slab);
      if (fromSlab(reserve, slab, 0, pool.classes().words(reserve.sizeClass()))) {
        return true;
      }
    }
    return false;
  }
}
