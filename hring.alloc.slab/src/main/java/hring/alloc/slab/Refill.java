package hring.alloc.slab;

import java.util.BitSet;

/**
 * Finds blocks for an empty lease. It looks, in this order, for
 *
 * <ol>
 *   <li>a word of the class, among the next few, that has a good part of its blocks free;
 *   <li>a slab of the common stock;
 *   <li>any word of the class with a free block;
 *   <li>a slab of the common stock, after this participant has given back all that it holds, and
 *       all empty slabs.
 * </ol>
 *
 * A lease costs the same whether it yields 64 blocks or one. Words that have few free blocks are
 * left alone as long as there are fresh slabs, since they will have more: so the class grows until
 * a word that comes up has, on average, enough.
 *
 * <p><b>Why no block is taken twice.</b> Blocks leave {@code avail} only by the hand of the holder
 * of the word's lease, and there is one. A slab changes its class only while every one of its words
 * is leased by the one that changes it. Whoever takes a lease looks at the state afterwards;
 * whoever retires a slab sets the state and then takes the leases; both with full fences, so at
 * least one of the two sees the other and steps back.
 *
 * <p>Nothing here waits: a word that another one has leased is passed over.
 */
final class Refill {
  private static final int FEW_LOOKS = 8;

  private final SlabPool pool;
  private final int owner;
  private final SlabStock stock;
  private final Lease[] leases;
  private final Magazine[] magazines;

  // How choosy a search is: how many words it still looks at, and whether it takes few blocks.
  private int looks;
  private boolean takesFew;

  Refill(SlabPool pool, int owner, Lease[] leases, Magazine[] magazines) {
    this.pool = pool;
    this.owner = owner;
    this.leases = leases;
    this.magazines = magazines;
    stock = new SlabStock(pool, owner);
  }

  /**
   * Fills an empty lease.
   *
   * @return false if the pool has no block of this class now
   */
  boolean fill(Lease lease) {
    lease.release();
    if (search(lease, FEW_LOOKS, false) || fromStock(lease) || search(lease)) {
      return true;
    }
    if (discover(lease) && search(lease)) {
      return true;
    }
    flush();
    return fromStock(lease) || search(lease);
  }

  /** Gives back all that this participant holds, and all slabs that are empty. */
  void flush() {
    for (Lease lease : leases) {
      lease.release();
    }
    for (Magazine magazine : magazines) {
      magazine.flush();
    }
    stock.retireEmpty();
  }

  private boolean search(Lease lease) {
    return search(lease, Integer.MAX_VALUE, true);
  }

  private boolean search(Lease lease, int most, boolean few) {
    looks = most;
    takesFew = few;
    return fromClass(lease);
  }

  /** Goes once round the slabs that are known to be of the class, from the cursor on. */
  private boolean fromClass(Lease lease) {
    int start = pool.slabOfWord(lease.cursor());
    int first = pool.wordInSlab(lease.cursor());
    int used = pool.classes().words(lease.sizeClass());
    BitSet slabs = lease.slabs();
    if (fromSlab(lease, start, first, used)) {
      return true;
    }
    for (int i = slabs.nextSetBit(start + 1); i >= 0 && looks > 0; i = slabs.nextSetBit(i + 1)) {
      if (fromSlab(lease, i, 0, used)) {
        return true;
      }
    }
    for (int i = slabs.nextSetBit(0);
        i >= 0 && i < start && looks > 0;
        i = slabs.nextSetBit(i + 1)) {
      if (fromSlab(lease, i, 0, used)) {
        return true;
      }
    }
    return fromSlab(lease, start, 0, Math.min(first, used));
  }

  private boolean fromSlab(Lease lease, int slab, int from, int to) {
    if (pool.states().get(slab) != SlabStates.inUse(lease.sizeClass())) {
      lease.slabs().clear(slab);
      return false;
    }
    for (int n = from; n < to && looks > 0; n++) {
      looks--;
      if (fromWord(lease, slab, pool.firstWord(slab) + n)) {
        return true;
      }
    }
    return false;
  }

  /** Looks for slabs that others took for the class; tells whether there are any. */
  private boolean discover(Lease lease) {
    int known = lease.slabs().cardinality();
    for (int slab = 0; slab < pool.layout().slabs(); slab++) {
      if (pool.states().get(slab) == SlabStates.inUse(lease.sizeClass())) {
        lease.slabs().set(slab);
      }
    }
    return lease.slabs().cardinality() > known;
  }

  private boolean fromWord(Lease lease, int slab, int word) {
    BlockWords words = pool.words();
    long valid = pool.validBits(word, lease.sizeClass());
    int free = Long.bitCount(words.avail(word) & valid);
    if (free < (takesFew ? 1 : lease.enough(valid)) || words.lease(word) != 0) {
      return false;
    }
    pool.slot(owner).noteLease(lease.sizeClass(), word);
    if (!words.tryLease(word, owner)) {
      return false;
    }
    // Again, now that nobody can retire the slab any more.
    boolean filled =
        pool.states().get(slab) == SlabStates.inUse(lease.sizeClass()) && lease.fill(word);
    if (filled) {
      int next = pool.nextWord(word);
      lease.setCursor(next);
      words.touch(next);
    } else {
      words.endLease(word);
    }
    return filled;
  }

  private boolean fromStock(Lease lease) {
    // Others may take the blocks of a slab before we do; the bound is only against a damaged
    // region.
    for (int i = 0; i < pool.layout().slabs(); i++) {
      int slab = stock.claim(lease.sizeClass());
      if (slab < 0) {
        return false;
      }
      lease.slabs().set(slab);
      looks = pool.layout().wordsPerSlab();
      takesFew = true;
      if (fromSlab(lease, slab, 0, pool.classes().words(lease.sizeClass()))) {
        return true;
      }
    }
    return false;
  }
}
