package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.SharedMemory;

/**
 * Takes runs of pages out of the pool, as slabs or extents, and gives them back. Any thread of the
 * process may free an extent; the lock admits one operation at a time, since a participant has one
 * record of pages.
 *
 * <p><b>Steps.</b> {@code R} is the record in the participant's slot. Pages in transit with the
 * participant are {@code mine}. "exclusive" in R means: if the first page is mine, the whole run is
 * mine.
 *
 * <pre>
 *   claim    R = run; pages FREE -> mine, first page first; R = run, exclusive
 *   slab     first page CHANGING(me); other pages point to it; words formatted;
 *            pages mine -> USED, first page last; its mark opened; first page IN_USE; the pool's
 *            mark opened; R = 0
 *   extent   tag entered; pages mine -> USED, first page last; R = 0
 *   retire   R = run, exclusive; IN_USE -> RETIRING(me); all words leased; all blocks in avail:
 *            pages USED -> mine, first page first; first page CHANGING(me); words emptied;
 *            R = run; pages mine -> FREE; R = 0
 *   free     R = run, exclusive; pages USED -> mine, first page first; tag removed;
 *            R = run; pages mine -> FREE; R = 0
 * </pre>
 *
 * <p><b>Crashes</b> ({@link #finish}). What is done depends on R and on what the dead participant
 * left:
 *
 * <pre>
 *   R            first page       done
 *   exclusive    mine, a tag      an extent: it stays live, its pages become USED
 *   exclusive    mine, no tag     the whole run is emptied and given back
 *   exclusive    not mine         the run is as before the operation, or published; a state that
 *                                 still names the dead participant becomes IN_USE
 *   otherwise                     those pages of the run that are mine are given back
 * </pre>
 *
 * <p>In the first two cases nobody else can have touched the run.
 *
 * <p><b>Why an empty slab stays empty while it is retired.</b> Nobody else can take a block: the
 * state is RETIRING, and one participant has the leases of all words. If then avail = valid in
 * every word, no block is live or held, so nobody frees one either. A participant that has removed
 * a tag and not yet set the bit, because it is slow or dead, keeps avail &ne; valid.
 */
final class PageStock {
  private final SlabPool pool;
  private final int owner;
  private final ParticipantSlot slot;
  private final ProcessLock lock = new ProcessLock();

  /** The value of {@link PageMap#returns} for which the next three fields are valid. */
  private long seen = -1;

  /** No page below this one is free. */
  private int lowest;

  /** No page from this one on is free. */
  private int end;

  /** There is no run of this many free pages. */
  private int tooMany;

  PageStock(SlabPool pool, int owner) {
    this.pool = pool;
    this.owner = owner;
    slot = pool.slot(owner);
  }

  /**
   * Returns whether there was no run of so many free pages when it was last looked for, and none
   * were given back since. Only a hint: it is read without the lock.
   */
  boolean seemsWithout(int count) {
    return pool.map().returns() == seen && count >= tooMany;
  }

  /**
   * Takes pages and formats them as a slab.
   *
   * @return its first page, or {@link PageMap#NONE}
   */
  int takeSlab(int sizeClass, int count) {
    lock.lock();
    try {
      int first = claim(count, true);
      if (first != PageMap.NONE) {
        format(first, SlabStates.inUse(sizeClass, count));
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  private void format(int first, int inUse) {
    SlabStates states = pool.states();
    states.set(first, SlabStates.changing(inUse, owner));
    for (int n = 1; n < SlabStates.pages(inUse); n++) {
      states.set(first + n, SlabStates.laterPage(n, SlabStates.sizeClass(inUse)));
    }
    int blocks = pool.blocks(inUse);
    for (int n = 0; n < SizeClasses.words(blocks); n++) {
      pool.words().format(pool.firstWord(first) + n, SizeClasses.validBits(blocks, n));
    }
    pool.map().publish(first, SlabStates.pages(inUse), owner);
    open(pool, first, inUse);
    slot.clearPages();
  }

  /** Changes a formatted slab to IN_USE. */
  private static void open(SlabPool pool, int first, int inUse) {
    // Before the state: the mark may still be that of an earlier slab.
    pool.slabMarks().open(first);
    pool.states().set(first, inUse);
    // Partner: the full fence in FullMarks.ask(): a search that asks later finds the slab.
    SharedMemory.fullFence();
    pool.open(first);
  }

  /**
   * Takes an extent.
   *
   * @return its address, or {@link Address#NULL}
   */
  long takeExtent(long length) {
    lock.lock();
    try {
      int count = pool.layout().extentPages(length);
      int first = claim(count, false);
      if (first == PageMap.NONE) {
        return Address.NULL;
      }
      long address = Address.of(pool.firstGranule(first), length);
      pool.table().enter(address, owner);
      pool.map().publish(first, count, owner);
      slot.clearPages();
      return address;
    } finally {
      lock.unlock();
    }
  }

  /** Frees an extent of this participant. */
  void freeExtent(long address) {
    lock.lock();
    try {
      if (!pool.table().isOwnedBy(address, owner)) {
        throw pool.refuse(address, owner);
      }
      long first = pool.pageOfGranule(Address.granules(address));
      int count = pool.layout().extentPages(Address.length(address));
      if (pool.firstGranule((int) first) != Address.granules(address)
          || first + count > pool.layout().pages()
          || pool.map().get((int) first) != PageMap.USED) {
        throw SlabPool.damaged(
            "the live block " + Address.toString(address) + " is not a run of pages");
      }
      slot.notePages((int) first, count, true);
      pool.map().withdraw((int) first, count, owner);
      pool.table().remove(address);
      giveBack((int) first, count);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Claims pages for a slab at the lower end of the pool, for an extent at the upper: so few gaps
   * arise.
   */
  private int claim(int count, boolean low) {
    long returns = pool.map().returns();
    if (returns != seen) {
      seen = returns;
      lowest = 0;
      end = pool.layout().pages();
      tooMany = Integer.MAX_VALUE;
    }
    int first = count < tooMany ? find(count, low) : PageMap.NONE;
    if (first == PageMap.NONE) {
      tooMany = Math.min(tooMany, count);
    } else {
      lowest = pool.map().nextFree(lowest);
      end = pool.map().endOfFree(end);
    }
    return first;
  }

  private int find(int count, boolean low) {
    PageMap map = pool.map();
    int from = low ? lowest : end;
    // Each further try means that another participant has just claimed some page further on.
    while (true) {
      int first = low ? map.findUp(count, from) : map.findDown(count, from);
      if (first == PageMap.NONE) {
        slot.clearPages();
        return PageMap.NONE;
      }
      slot.notePages(first, count, false);
      if (map.tryClaim(first, count, owner)) {
        slot.notePages(first, count, true);
        return first;
      }
      from = low ? first + 1 : first + count - 1;
    }
  }

  /** Gives back empty pages that are all in transit with this participant. */
  private void giveBack(int first, int count) {
    slot.notePages(first, count, false);
    if (pool.map().giveBack(first, count, owner) == seen) {
      seen++;
      lowest = Math.min(lowest, first);
      end = Math.max(end, first + count);
      tooMany = Integer.MAX_VALUE;
    }
    slot.clearPages();
  }

  /**
   * Gives back the pages of all slabs that are empty and not leased.
   *
   * @return false if other participants are changing slabs, or leasing words of slabs, that may be
   *     empty
   */
  boolean retireEmpty() {
    lock.lock();
    try {
      boolean all = true;
      int pages = pool.layout().pages();
      int page = pool.map().nextInUse(0);
      while (page < pages) {
        int together = pool.pagesTogether(page);
        int state = pool.states().get(page);
        if (SlabStates.kind(state) != SlabStates.IN_USE
            || !pool.states().hasBlocks(page, state)
            || pool.map().get(page) != PageMap.USED) {
          all &= pool.isExtent(page);
        } else if (!pool.slabMarks().isFull(page) && isEmpty(page, state)) {
          all &= retire(page, state);
        }
        page = pool.map().nextInUse(page + together);
      }
      return all;
    } finally {
      lock.unlock();
    }
  }

  private boolean retire(int first, int inUse) {
    SlabStates states = pool.states();
    int count = SlabStates.pages(inUse);
    slot.notePages(first, count, true);
    if (states.compareAndSet(first, inUse, SlabStates.retiring(inUse, owner))) {
      int words = SizeClasses.words(pool.blocks(inUse));
      int leased = 0;
      while (leased < words && pool.words().tryLease(pool.firstWord(first) + leased, owner)) {
        leased++;
      }
      if (leased == words && isEmpty(first, inUse)) {
        pool.map().withdraw(first, count, owner);
        clear(pool, owner, first, count);
        giveBack(first, count);
        return true;
      }
      // Before the state: as long as it names this participant, whoever reclaims finds these
      // leases.
      for (int n = 0; n < leased; n++) {
        pool.words().endLease(pool.firstWord(first) + n);
      }
      states.set(first, inUse);
    }
    slot.clearPages();
    return false;
  }

  private boolean isEmpty(int first, int state) {
    int blocks = pool.blocks(state);
    for (int n = 0; n < SizeClasses.words(blocks); n++) {
      int word = pool.firstWord(first) + n;
      if (pool.words().avail(word) != SizeClasses.validBits(blocks, n)) {
        return false;
      }
    }
    return true;
  }

  /** Clears the words and states of pages that are all in transit with a participant. */
  private static void clear(SlabPool pool, int owner, int first, int count) {
    SlabStates states = pool.states();
    int state = states.get(first);
    if (state != SlabStates.NONE) {
      // Before avail is emptied: from now on LostBlocks finds no slab here, so no lost block.
      states.set(first, SlabStates.changing(state, owner));
    }
    for (int word = pool.firstWord(first); word < pool.firstWord(first + count); word++) {
      if (pool.words().isInUse(word)) {
        pool.words().format(word, 0);
        // Another participant may have leased it for a moment; it will see that there is nothing to
        // take.
        if (pool.words().lease(word) == owner) {
          pool.words().setLocal(word, 0);
          pool.words().endLease(word);
        }
      }
    }
    for (int page = first + count - 1; page >= first; page--) {
      states.set(page, SlabStates.NONE);
    }
  }

  /** Finishes or undoes the operation that a dead participant's record of pages names. */
  static void finish(SlabPool pool, int dead) {
    ParticipantSlot slot = pool.slot(dead);
    long record = slot.pages();
    if (record == 0) {
      return;
    }
    long count = ParticipantSlot.pageCount(record);
    if (count == 0 || ParticipantSlot.firstPage(record) + count > pool.layout().pages()) {
      throw SlabPool.damaged("the record of participant " + dead + " names pages beyond the pool");
    }
    int first = (int) ParticipantSlot.firstPage(record);
    if (!ParticipantSlot.isExclusive(record)) {
      pool.map().giveBack(first, (int) count, dead);
    } else if (pool.map().get(first) != dead) {
      undoChange(pool, dead, first);
    } else if (pool.table().ownerAt(pool.firstGranule(first)) != 0) {
      pool.map().publish(first, (int) count, dead);
    } else {
      pool.map().withdraw(first, (int) count, dead);
      clear(pool, dead, first, (int) count);
      slot.notePages(first, (int) count, false);
      pool.map().giveBack(first, (int) count, dead);
    }
    slot.clearPages();
  }

  private static void undoChange(SlabPool pool, int dead, int first) {
    int state = pool.states().get(first);
    if (SlabStates.kind(state) == SlabStates.IN_USE && pool.states().hasBlocks(first, state)) {
      // The dead participant may have had only the pool's mark left to open. Partner: as in open().
      SharedMemory.fullFence();
      pool.open(first);
    }
    int kind = SlabStates.kind(state);
    if ((kind == SlabStates.RETIRING || kind == SlabStates.CHANGING)
        && SlabStates.owner(state) == dead) {
      if (!pool.states().isSound(first, state, pool.maxOwners())) {
        throw SlabPool.damaged("the state of the slab at page " + first + " is unknown");
      }
      for (int n = 0; n < SizeClasses.words(pool.blocks(state)); n++) {
        int word = pool.firstWord(first) + n;
        if (pool.words().lease(word) == dead) {
          pool.words().endLease(word);
        }
      }
      open(pool, first, SlabStates.inUseAgain(state));
    }
  }
}
