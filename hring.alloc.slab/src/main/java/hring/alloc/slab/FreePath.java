package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.BlockTable;

/**
 * Gives blocks back to {@code avail}, those of one word together: the free record, the tags, one
 * atomic on {@code avail}, the end of the record.
 *
 * <p>Any thread of the process may call it. The lock makes it one at a time, as there is one free
 * record.
 */
final class FreePath {
  private final SlabPool pool;
  private final BlockTable table;
  private final int owner;
  private final ProcessLock lock = new ProcessLock();

  /** Whether a thread of this participant makes live blocks held ones, without the lock. */
  private boolean contended;

  /**
   * What locate() found last, under the lock. It stays right as long as one of the word's blocks is
   * live or held, since the slab keeps its class.
   */
  private final Place place;

  FreePath(SlabPool pool, int owner) {
    this.pool = pool;
    this.table = pool.table();
    this.owner = owner;
    place = new Place(pool);
  }

  /** Notes that one thread of this participant is going to free blocks without the lock. */
  void expectHolder() {
    lock.lock();
    contended = true;
    lock.unlock();
  }

  /** Frees a live block of this participant. */
  void free(long address) {
    lock.lock();
    try {
      freeOne(address);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Frees live blocks of this participant.
   *
   * @param byHolder whether the caller is the thread that makes blocks held ones
   */
  void free(long[] addresses, int from, int to, boolean byHolder) {
    lock.lock();
    try {
      int next = from;
      while (next < to) {
        next = freeRun(addresses, next, to, owner, byHolder || !contended);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives back blocks that this participant holds.
   *
   * @param addresses of the form that {@link HeldTags#address} gives
   */
  void freeHeld(long[] addresses, int from, int to) {
    lock.lock();
    try {
      int next = from;
      while (next < to) {
        next = freeRun(addresses, next, to, HeldTags.OWNER, true);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Finds the word of a block that is to be freed. */
  private void locate(long address, int tagged) {
    if (!table.isOwnedBy(address, tagged)) {
      throw pool.refuse(address, owner);
    }
    if (!place.ofBlock(Address.granules(address))) {
      throw SlabPool.damaged(
          "the live block " + Address.toString(address) + " is not one of its slab");
    }
  }

  private void freeOne(long address) {
    locate(address, owner);
    ParticipantSlot slot = pool.slot(owner);
    long bit = 1L << place.block(Address.granules(address));
    slot.beginFree(place.word, place.sizeClass, bit, pool.words().epoch(place.word));
    boolean removed = true;
    if (contended) {
      removed = table.tryRemove(address, owner);
    } else {
      table.remove(address);
    }
    long before = removed ? pool.words().giveBack(place.word, bit) : 0;
    slot.endFree();
    if (!removed) {
      throw pool.refuse(address, owner);
    }
    requireTaken(before, bit);
  }

  /**
   * Frees the blocks that are of the first one's word, live, and not the same twice. What ends the
   * run starts the next one, and is refused there if it must be: those before it are freed by then.
   *
   * @param tagged who must own the blocks, by their tags
   * @param alone whether no other thread can remove these tags at the same time
   * @return the index after the last
   */
  private int freeRun(long[] addresses, int from, int to, int tagged, boolean alone) {
    locate(addresses[from], tagged);
    // Its blocks came after those of this word, so they are likely to be freed next.
    pool.words().touch(pool.nextWord(place.word));
    long run = 0;
    int firstRun = 0;
    int next = from;
    while (next < to) {
      int count = runInWord(addresses, next, to);
      if (count > 1 && !table.areOwnedBy(addresses, next, count, tagged)) {
        count = 1;
      }
      if (count == 1 && !table.isOwnedBy(addresses[next], tagged)) {
        break;
      }
      long bits = runBits(addresses, next, count);
      if (bits == 0 || (run & bits) != 0) {
        break;
      }
      run |= bits;
      next += count;
      firstRun = firstRun == 0 ? count : firstRun;
    }
    if (run == 0) {
      throw SlabPool.damaged(
          "the entry of a live block of word " + place.word + " changed meanwhile");
    }
    ParticipantSlot slot = pool.slot(owner);
    slot.beginFree(place.word, place.sizeClass, run, pool.words().epoch(place.word));
    int removed =
        alone ? removeTags(addresses, from, next, firstRun) : tryRemoveTags(addresses, from, next);
    for (int i = removed; i < next; i++) {
      run &= ~runBits(addresses, i, 1);
    }
    long before = pool.words().giveBack(place.word, run);
    slot.endFree();
    requireTaken(before, run);
    if (removed < next) {
      throw pool.refuse(addresses[removed], owner);
    }
    return next;
  }

  private void requireTaken(long avail, long live) {
    if ((avail & live) != 0) {
      throw SlabPool.damaged("live blocks of word " + place.word + " were also in avail");
    }
  }

  /**
   * Removes tags one by one. The participant's own thread may be making one of the blocks a held
   * one: then one of the two must lose.
   *
   * @return the index of the first block that was not live any more, or {@code to}
   */
  private int tryRemoveTags(long[] addresses, int from, int to) {
    int next = from;
    while (next < to && table.tryRemove(addresses[next], owner)) {
      next++;
    }
    return next;
  }

  /**
   * Returns how many blocks, from one on, are neighbours in the word found: at least 1, whether or
   * not the first is of the word. A run that goes on in the next word is cut where this one ends.
   */
  private int runInWord(long[] addresses, int next, int to) {
    if (next + 1 == to
        || addresses[next + 1] - addresses[next] != pool.classes().granules(place.sizeClass)) {
      return 1;
    }
    int block = place.block(Address.granules(addresses[next]));
    int left = Long.bitCount(place.valid) - block;
    return block < 0 || left < 1 ? 1 : Address.run(addresses, next, Math.min(to, next + left));
  }

  /** Returns the bits of neighbouring blocks in the word, 0 if they are not all blocks of it. */
  private long runBits(long[] addresses, int next, int count) {
    int block = place.block(Address.granules(addresses[next]));
    if (block < 0) {
      return 0;
    }
    long bits = -1L >>> (Long.SIZE - count) << block;
    return (bits & ~place.valid) == 0 ? bits : 0;
  }

  /**
   * Removes tags.
   *
   * @param firstRun how many of the first blocks are neighbours: most often all of them
   */
  private int removeTags(long[] addresses, int from, int to, int firstRun) {
    table.remove(addresses, from, firstRun);
    int next = from + firstRun;
    while (next < to) {
      int run = Address.run(addresses, next, to);
      table.remove(addresses, next, run);
      next += run;
    }
    return to;
  }
}
