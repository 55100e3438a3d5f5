package hring.alloc.slab;

/**
 * Puts in order what a participant left half done: its free record, its leases, its slabs. The
 * participant is dead, or begins anew, and only one at a time does this for it. Each step can be
 * repeated, so the one that does it may die, too. The record goes first: the blocks it names may be
 * in the leases.
 */
final class SlabReclaim {
  private final SlabPool pool;
  private final int dead;

  SlabReclaim(SlabPool pool, int dead) {
    this.pool = pool;
    this.dead = dead;
  }

  /** Does it for a number that begins anew; live blocks stay live. */
  void restore() {
    finishHalfDone();
    if (pool.slot(dead).isHolding()) {
      new BlockSweep(pool).freeHeld(dead);
      pool.slot(dead).noteHolding(false);
    }
  }

  /**
   * Does it for a dead participant, and frees its blocks.
   *
   * @return how many blocks it had
   */
  int reclaim() {
    finishHalfDone();
    int blocks = new BlockSweep(pool).freeAll(dead);
    pool.slot(dead).noteHolding(false);
    return blocks;
  }

  /** Does it for a dead participant, and leaves its blocks alone. */
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
        // With no bits, too: those that arrived may have been seen by nobody yet.
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
      // In this order: a block is never nowhere, and the lease goes last.
      pool.giveBack(place.slab, word, place.notHandedOut());
      words.setLocal(word, 0);
    }
    if (words.isTaking(word)) {
      words.endTake(word);
    }
    words.endLease(word);
  }
}
