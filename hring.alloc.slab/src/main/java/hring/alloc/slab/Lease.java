package hring.alloc.slab;

import hring.api.Address;
import java.util.BitSet;

/**
 * A participant's lease of a bitmap word, with the blocks that it took and has not handed out yet.
 * Only this object knows which of the lease's blocks these are: handing one out writes nothing to
 * the region but the block's tag. Whoever reclaims computes them by {@link Place#notHandedOut}.
 * Confined to the participant's thread.
 */
final class Lease {
  private static final int NO_WORD = -1;

  /** A participant keeps at most this part of the pool (a 64th) for itself in a class. */
  private static final long POOL_PART = 64;

  /**
   * A word is worth a lease if it yields at least this part (an eighth) of what a lease may have.
   */
  private static final int ENOUGH_PART = 8;

  private final SlabPool pool;
  private final BlockWords words;
  private final Place place;
  private final int sizeClass;
  private final int limit;
  private int word = NO_WORD;
  private int cursor;

  /** The slabs, by their first pages, that were of this class when this participant last looked. */
  private final BitSet slabs = new BitSet();

  /** The approximate number of pages of these slabs. */
  private int pages;

  // The run of neighbouring blocks that is being handed out: left blocks from granule next on,
  // granules apart. later has the bits of the blocks after this run. The word may have larger
  // blocks than the class, if there were no others.
  private long base;
  private int granules;
  private long next;
  private int left;
  private long later;

  Lease(SlabPool pool, int sizeClass) {
    this.pool = pool;
    words = pool.words();
    place = new Place(pool);
    this.sizeClass = sizeClass;
    limit = limit(sizeClass);
  }

  private int limit(int ofClass) {
    long part = pool.layout().geometry().poolSize() / POOL_PART;
    return Math.clamp(part / pool.classes().blockSize(ofClass), 1, Long.SIZE);
  }

  /** Returns how many free blocks make a word worth a lease, if there is a choice. */
  int enough(int blocks) {
    return Math.max(1, Math.min(Math.min(blocks, Long.SIZE), limit) / ENOUGH_PART);
  }

  int sizeClass() {
    return sizeClass;
  }

  /**
   * Returns the word where a search starts. It goes round the pool, so that no word is favoured.
   */
  int cursor() {
    return cursor;
  }

  BitSet slabs() {
    return slabs;
  }

  /** Adds a slab of this class. */
  void addSlab(int first, int count) {
    if (!slabs.get(first)) {
      slabs.set(first);
      pages += count;
    }
  }

  /** Removes a slab that is not of this class any more. */
  void removeSlab(int first) {
    if (slabs.get(first)) {
      pages -= pages / slabs.cardinality();
      slabs.clear(first);
    }
  }

  /** Returns the approximate number of pages of the slabs of this class. */
  int pages() {
    return pages;
  }

  /** Returns whether there is a block to take out. */
  boolean hasBlocks() {
    if (left == 0) {
      startRun(later);
    }
    return left > 0;
  }

  /**
   * Takes a block out; there must be one. The caller enters its tag next.
   *
   * @return the granule at which it starts
   */
  long take() {
    long granule = next;
    next = granule + granules;
    left--;
    return granule;
  }

  /**
   * Takes out neighbouring blocks; there must be at least one. The caller enters their tags next.
   *
   * @param size their length in bytes
   * @param addresses receives their addresses
   * @param from the index of the first
   * @param to the index after the last
   * @return the number of blocks taken, at least 1
   */
  int take(long size, long[] addresses, int from, int to) {
    int run = Math.min(left, to - from);
    long address = Address.of(next, size);
    for (int i = from; i < from + run; i++) {
      addresses[i] = address;
      address += granules;
    }
    next += (long) run * granules;
    left -= run;
    return run;
  }

  private void startRun(long blocks) {
    if (blocks == 0) {
      return;
    }
    long lowest = Long.lowestOneBit(blocks);
    // Adding the lowest bit carries through its neighbours, and turns them to 0.
    later = blocks & (blocks + lowest);
    left = Long.bitCount(blocks ^ later);
    next = base + (long) Long.numberOfTrailingZeros(lowest) * granules;
  }

  private long blocks() {
    long run = left == 0 ? 0 : -1L >>> (Long.SIZE - left) << (next - base) / granules;
    return run | later;
  }

  /**
   * Takes blocks out of a word that the caller has leased.
   *
   * @return false if it has no block to take, or is not of a slab in use with blocks large enough
   */
  boolean fill(int leased) {
    // Read after the lease was taken: from then on nobody can retire the slab.
    if (!place.ofWord(leased)
        || SlabStates.kind(pool.states().get(place.slab)) != SlabStates.IN_USE
        || place.sizeClass < sizeClass
        || place.valid == 0) {
      return false;
    }
    words.beginTake(leased);
    long free = words.avail(leased) & place.valid;
    long bits = lowest(free, place.sizeClass == sizeClass ? limit : limit(place.sizeClass));
    if (bits != 0) {
      // First noted in local, then taken out of avail: in between a block is in both, so a crash
      // loses none.
      words.setLocal(leased, bits);
      if ((words.take(leased, bits) & bits) != bits) {
        throw SlabPool.damaged("blocks of word " + leased + " were taken without a lease");
      }
    }
    words.endTake(leased);
    if (bits == 0) {
      return false;
    }
    word = leased;
    // If blocks were left in avail, they are taken next.
    cursor = bits == free ? pool.nextWord(leased) : leased;
    base = place.base;
    granules = pool.classes().granules(place.sizeClass);
    startRun(bits);
    return true;
  }

  /** Gives all blocks back, and ends the lease. */
  void release() {
    if (word == NO_WORD) {
      return;
    }
    long blocks = blocks();
    if (blocks != 0) {
      pool.giveBack(place.slab, word, blocks);
    }
    words.setLocal(word, 0);
    words.endLease(word);
    word = NO_WORD;
    left = 0;
    later = 0;
  }

  private static long lowest(long bits, int count) {
    long rest = bits;
    for (int i = Long.bitCount(bits); i > count; i--) {
      rest &= ~Long.highestOneBit(rest);
    }
    return rest;
  }
}
