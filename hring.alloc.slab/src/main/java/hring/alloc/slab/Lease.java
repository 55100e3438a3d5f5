package hring.alloc.slab;

import hring.api.Address;
import java.util.BitSet;

/**
 * A participant's lease of a bitmap word: the blocks of a class that it took and has not handed
 * out. Which of the lease's blocks these are is known only here, outside the region: handing one
 * out writes nothing but its tag. Whoever reclaims finds it out by {@link Place#notHandedOut}.
 * Confined to the participant's thread.
 */
final class Lease {
  private static final int NO_WORD = -1;

  /** What a participant may keep for itself in a class is this part of the pool. */
  private static final long POOL_PART = 64;

  /** Fewer blocks than this part of what a lease could have are left for later. */
  private static final int ENOUGH_PART = 8;

  private final SlabPool pool;
  private final BlockWords words;
  private final Place place;
  private final int sizeClass;
  private final int limit;
  private int word = NO_WORD;
  private int cursor;

  /** The slabs that were of this class when this participant last looked, by their first pages. */
  private final BitSet slabs = new BitSet();

  /** How many pages these slabs have, more or less. */
  private int pages;

  // Neighbouring blocks, to be handed out one after the other, and the blocks of the word that come
  // after them. The word may be one of larger blocks, if there were no others.
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

  /** Tells how many blocks a word should have to be worth a lease, if there is a choice. */
  int enough(int blocks) {
    return Math.max(1, Math.min(Math.min(blocks, Long.SIZE), limit) / ENOUGH_PART);
  }

  int sizeClass() {
    return sizeClass;
  }

  /** Tells the word in which to look first; it goes round the pool, so that no word is favoured. */
  int cursor() {
    return cursor;
  }

  BitSet slabs() {
    return slabs;
  }

  /** Notes a slab of this class. */
  void addSlab(int first, int count) {
    if (!slabs.get(first)) {
      slabs.set(first);
      pages += count;
    }
  }

  /** Notes that a slab is not of this class any more. */
  void removeSlab(int first) {
    if (slabs.get(first)) {
      pages -= pages / slabs.cardinality();
      slabs.clear(first);
    }
  }

  /** Tells how many pages the slabs of this class have, more or less. */
  int pages() {
    return pages;
  }

  /** Tells whether a block can be taken out. */
  boolean hasBlocks() {
    if (left == 0) {
      startRun(later);
    }
    return left > 0;
  }

  /**
   * Takes a block out; there must be one. It must get its tag next.
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
   * Takes out neighbouring blocks; there must be one. Each must get its tag next.
   *
   * @param size their length in bytes
   * @param addresses gets their addresses
   * @param from the index of the first
   * @param to the index after the last
   * @return how many were taken
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
    // Now that nobody can retire the slab any more.
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
      // First noted, then taken: a block in between is in both, so none is lost in a crash.
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
    // What was left behind is the next to be taken.
    cursor = bits == free ? pool.nextWord(leased) : leased;
    base = place.base;
    granules = pool.classes().granules(place.sizeClass);
    startRun(bits);
    return true;
  }

  /** Gives all back, and the lease. */
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
