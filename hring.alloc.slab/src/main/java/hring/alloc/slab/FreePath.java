package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.Runs;

/**
 * Gives blocks back to {@code avail}, those of one word together, in four steps: write the free
 * record, remove the tags, set the bits in {@code avail} by one atomic, clear the record.
 *
 * <p>Any thread of the process may call it. The lock admits one thread at a time, since a
 * participant has one free record. The participant's own thread (the holder) turns live blocks into
 * held ones without the lock. Once it may do so, every other thread, too, first turns a block into
 * a held one. So of two threads that free the same block one succeeds, and a record names only
 * blocks that nobody else can free.
 */
final class FreePath {
  private final SlabPool pool;
  private final BlockTable table;
  private final int owner;
  private final HeldTags heldTags;
  private final ProcessLock lock = new ProcessLock();

  /** Whether a thread of this participant turns live blocks into held ones without the lock. */
  private boolean hasHolder;

  /** Blocks that have become held and are given back next; guarded by the lock. */
  private final long[] gathered = new long[Long.SIZE];

  /**
   * The place that locate() found last; guarded by the lock. It stays valid as long as one of the
   * word's blocks is live or held, since the slab keeps its class.
   */
  private final Place place;

  FreePath(SlabPool pool, int owner) {
    this.pool = pool;
    this.table = pool.table();
    this.owner = owner;
    heldTags = pool.heldTags(owner);
    place = new Place(pool);
  }

  /**
   * Notes that one thread of this participant, the holder, is going to free blocks without the
   * lock.
   */
  void expectHolder() {
    lock.lock();
    hasHolder = true;
    lock.unlock();
  }

  /** Frees a live block of this participant. */
  void free(long address) {
    lock.lock();
    try {
      if (!table.isOwnedBy(address, owner) || hasHolder && !hold(address)) {
        throw pool.refuse(address, owner);
      }
      locate(address);
      long bit = 1L << place.block(Address.granules(address));
      ParticipantSlot slot = pool.slot(owner);
      slot.beginFree(place.word, place.sizeClass, bit, pool.words().epoch(place.word));
      table.remove(address);
      giveBack(slot, bit);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Frees live blocks of this participant.
   *
   * @param byHolder whether the caller is the holder, which frees blocks without the lock
   */
  void free(long[] addresses, int from, int to, boolean byHolder) {
    lock.lock();
    try {
      if (byHolder || !hasHolder) {
        freeRuns(addresses, from, to, false);
      } else {
        freeBesideHolder(addresses, from, to);
      }
    } finally {
      lock.unlock();
    }
  }

  private void freeBesideHolder(long[] addresses, int from, int to) {
    int next = from;
    while (next < to) {
      int end = Math.min(to, next + gathered.length);
      int count = 0;
      while (next < end && table.isOwnedBy(addresses[next], owner) && hold(addresses[next])) {
        gathered[count++] = HeldTags.address(Address.granules(addresses[next++]));
      }
      freeRuns(gathered, 0, count, true);
      if (next < end) {
        throw pool.refuse(addresses[next], owner);
      }
    }
  }

  private boolean hold(long address) {
    return Address.length(address) <= pool.layout().largestSlabBlock() && heldTags.tryHold(address);
  }

  /**
   * Gives back blocks that this participant holds.
   *
   * @param addresses of the form that {@link HeldTags#address} returns
   */
  void freeHeld(long[] addresses, int from, int to) {
    lock.lock();
    try {
      freeRuns(addresses, from, to, true);
    } finally {
      lock.unlock();
    }
  }

  private void freeRuns(long[] addresses, int from, int to, boolean held) {
    int next = from;
    while (next < to) {
      next = freeRun(addresses, next, to, held);
    }
  }

  /** Finds the word of a block that is to be freed: a live or held one of this participant. */
  private void locate(long address) {
    if (!place.ofBlock(Address.granules(address))) {
      throw SlabPool.damaged(
          "the block " + Address.toString(address) + " is not one of its slab, yet is not free");
    }
  }

  /**
   * Frees blocks from the first one on, as long as they are of its word, are live (or held), and
   * none comes twice. The first block that is not starts the next run. If it must be refused, it is
   * refused there, when those before it have been freed.
   *
   * @return the index after the last block that was freed
   */
  private int freeRun(long[] addresses, int from, int to, boolean held) {
    if (!held && !table.isOwnedBy(addresses[from], owner)) {
      throw pool.refuse(addresses[from], owner);
    }
    locate(addresses[from]);
    // The blocks of the next word were handed out after those of this one, so they are likely to be
    // freed next.
    pool.words().touch(pool.nextWord(place.word));
    long run = 0;
    int firstRun = 0;
    int next = from;
    while (next < to) {
      int count = runInWord(addresses, next, to);
      if (count > 1 && !areTagged(addresses, next, count, held)) {
        count = 1;
      }
      if (count == 1 && !areTagged(addresses, next, 1, held)) {
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
      throw SlabPool.damaged("the entry of a block of word " + place.word + " changed meanwhile");
    }
    ParticipantSlot slot = pool.slot(owner);
    slot.beginFree(place.word, place.sizeClass, run, pool.words().epoch(place.word));
    removeTags(addresses, from, next, firstRun);
    giveBack(slot, run);
    return next;
  }

  private boolean areTagged(long[] addresses, int next, int count, boolean held) {
    return held
        ? heldTags.areHeld(addresses, next, count)
        : table.areOwnedBy(addresses, next, count, owner);
  }

  /** Completes a free after the tags were removed: sets the bits and clears the record. */
  private void giveBack(ParticipantSlot slot, long bits) {
    long before = pool.giveBack(place.slab, place.word, bits);
    slot.endFree();
    if ((before & bits) != 0) {
      throw SlabPool.damaged("live blocks of word " + place.word + " were also in avail");
    }
  }

  /**
   * Returns how many blocks, from index {@code next} on, are neighbours in the word found: at least
   * 1, whether or not the first one is of the word. A run that goes on in the next word is cut at
   * the end of this one.
   */
  private int runInWord(long[] addresses, int next, int to) {
    if (next + 1 == to
        || addresses[next + 1] - addresses[next] != pool.classes().granules(place.sizeClass)) {
      return 1;
    }
    int block = place.block(Address.granules(addresses[next]));
    int left = Long.bitCount(place.valid) - block;
    return block < 0 || left < 1 ? 1 : Runs.length(addresses, next, Math.min(to, next + left));
  }

  /**
   * Returns the bits of neighbouring blocks in the word, or 0 unless all of them are blocks of it.
   */
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
   * @param firstRun how many of the first blocks are neighbours; most often all of them
   */
  private void removeTags(long[] addresses, int from, int to, int firstRun) {
    table.remove(addresses, from, firstRun);
    int next = from + firstRun;
    while (next < to) {
      int run = Runs.length(addresses, next, to);
      table.remove(addresses, next, run);
      next += run;
    }
  }
}
