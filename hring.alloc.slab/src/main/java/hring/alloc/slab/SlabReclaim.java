package hring.alloc.slab;

/**
 * Repairs what a participant left half done: its free record, its leases, its record of pages. The
 * participant is dead, or a new one has its number, and only one process at a time does this for
 * it. Each step can be repeated, so that process may die, too. The free record comes first, since
 * the blocks that it names may be in the leases.
 */
final class SlabReclaim {
  private final SlabPool pool;
  private final int dead;

  SlabReclaim(SlabPool pool, int dead) {
    this.pool = pool;
    this.dead = dead;
  }

  /** Repairs what an earlier participant of this number left; its live blocks stay live. */
  void restore() {
    finishHalfDone();
    if (pool.slot(dead).isHolding()) {
      new BlockSweep(pool).freeHeld(dead);
      pool.slot(dead).noteHolding(false);
    }
  }

  /**
   * Repairs what a dead participant left, and frees its blocks.
   *
   * @return the number of live blocks that were freed
   */
  int reclaim() {
    finishHalfDone();
    int blocks = new BlockSweep(pool).freeAll(dead);
    pool.slot(dead).noteHolding(false);
    return blocks;
  }

  /** Repairs what a dead participant left; its live and held blocks stay as they are. */
  void finishHalfDone() {
    finishFree();
    for (int c = 0; c < pool.classes().count(); c++) {
      int word = pool.slot(dead).noted(c);
      if (word >= 0 && word < pool.layout().words()) {
        endLease(word);
      }
    }
    PageStock.finish(pool, dead);
  }

  private void finishFree() {
    ParticipantSlot slot = pool.slot(dead);
    long record = slot.record();
    int word = ParticipantSlot.word(record);
    int sizeClass = ParticipantSlot.sizeClass(record);
    if (word >= 0) {
      if (word >= pool.layout().words() || sizeClass >= pool.classes().count()) {
        throw SlabPool.damaged("the free record of participant " + dead + " names no block");
      }
      long lost = new LostBlocks(pool).find(word, sizeClass, slot.epoch(), slot.mask());
      Place place = new Place(pool);
      if (place.ofWord(word)) {
        // Even without bits: it opens the marks, which the dead participant may not have done after
        // its bits arrived.
        pool.giveBack(place.slab, word, lost);
      }
      slot.endFree();
    }
  }

  private void endLease(int word) {
    BlockWords words = pool.words();
    if (words.lease(word) != dead) {
      return;
    }
    long local = words.local(word);
    if (local != 0) {
      Place place = new Place(pool);
      if (!place.ofWord(word) || (local & ~place.valid) != 0) {
        throw SlabPool.damaged("word " + word + " holds blocks that its slab does not have");
      }
      // In this order, so that each block is in some place at each instant; the lease ends last.
      pool.giveBack(place.slab, word, place.notHandedOut());
      words.setLocal(word, 0);
    }
    if (words.isTaking(word)) {
      words.endTake(word);
    }
    words.endLease(word);
  }
}
