package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.BlockTable;

/**
 * Gives blocks of one owner back, those of one word together: the free record, the tags, one atomic
 * on {@code avail}, the end of the record.
 *
 * <p>Any thread of the process may call it. The lock makes it one at a time, as there is one free
 * record; it is of this process alone, and whoever stops or kills the process does so to all of its
 * threads, so it holds up no other process.
 */
final class Freer {
  private final SlabPool pool;
  private final BlockTable table;
  private final int owner;

  /**
   * Whether the participant has leases: then one thread gives out and puts back without the lock.
   */
  private boolean leasing;

  // What locate() found last, under the lock. It stays right as long as one of the word's blocks is
  // live, since the slab keeps its class.
  private int word;
  private int sizeClass;

  Freer(SlabPool pool, int owner) {
    this.pool = pool;
    this.table = pool.table();
    this.owner = owner;
  }

  /** Tells that the participant is going to have leases. */
  synchronized void expectLeases() {
    leasing = true;
  }

  synchronized void free(long address) {
    locate(address);
    freeOne(address);
  }

  synchronized void free(long[] addresses, int from, int to) {
    int next = from;
    while (next < to) {
      locate(addresses[next]);
      if (pool.words().lease(word) == owner) {
        freeOne(addresses[next]);
        next++;
      } else {
        next = freeRun(addresses, next, to);
      }
    }
  }

  /** Finds the word of a block that is to be freed. */
  private void locate(long address) {
    if (!table.isOwnedBy(address, owner)) {
      throw table.refuse(address, owner);
    }
    long slab = pool.slabOfGranule(Address.granules(address));
    if (slab < pool.layout().slabs()) {
      sizeClass = pool.states().blockClass(pool.states().get((int) slab));
      if (sizeClass >= 0) {
        int offset = pool.offsetInSlab(Address.granules(address));
        int block = pool.classes().blockAt(sizeClass, offset);
        if (block >= 0 && Address.length(address) <= pool.classes().blockSize(sizeClass)) {
          word = pool.firstWord((int) slab) + block / Long.SIZE;
          return;
        }
      }
    }
    throw SlabPool.damaged(
        "the live block " + Address.toString(address) + " is not one of its slab");
  }

  /**
   * Frees a block of the word found. If this participant has leased the word, its own thread may be
   * putting the very block back into the reserve, without the lock: then one of the two must lose.
   */
  private void freeOne(long address) {
    ParticipantSlot slot = pool.slot(owner);
    long bit = bits(address, 1, 0, pool.firstGranule(word, sizeClass));
    slot.beginFree(word, sizeClass, bit, pool.words().epoch(word));
    boolean removed = table.tryRemove(address, owner);
    long before = removed ? pool.words().giveBack(word, bit) : 0;
    slot.endFree();
    if (!removed) {
      throw table.refuse(address, owner);
    }
    requireTaken(before, bit);
  }

  /**
   * Frees the blocks that are of the word found, live, and not the same twice. What ends the run
   * starts the next one, and is refused there if it must be: those before it are freed by then.
   *
   * @return the index after the last
   */
  private int freeRun(long[] addresses, int from, int to) {
    // Its blocks came after those of this word, so they are likely to be freed next.
    pool.words().touch(pool.nextWord(word));
    long base = pool.firstGranule(word, sizeClass);
    long valid = pool.validBits(word, sizeClass);
    long run = 0;
    int firstRun = 0;
    int next = from;
    while (next < to) {
      long first = addresses[next];
      long bits = bits(first, 1, 0, base) & valid;
      if (bits == 0) {
        break;
      }
      int count = Math.min(Address.run(addresses, next, to), Long.SIZE);
      long stride = count > 1 ? addresses[next + 1] - first : 0;
      long all = bits(first, count, stride, base) & valid;
      if (Long.bitCount(all) == count && table.areOwnedBy(addresses, next, count, owner)) {
        bits = all;
      } else {
        // Not neighbours in this word after all: the first one alone.
        count = 1;
        if (!table.isOwnedBy(first, owner)) {
          break;
        }
      }
      if ((run & bits) != 0) {
        break;
      }
      run |= bits;
      next += count;
      firstRun = firstRun == 0 ? count : firstRun;
    }
    if (run == 0) {
      throw SlabPool.damaged("the entry of a live block of word " + word + " changed meanwhile");
    }
    ParticipantSlot slot = pool.slot(owner);
    slot.beginFree(word, sizeClass, run, pool.words().epoch(word));
    int removed =
        leasing
            ? tryRemoveTags(addresses, from, next)
            : removeTags(addresses, from, next, firstRun);
    for (int i = removed; i < next; i++) {
      run &= ~bits(addresses[i], 1, 0, base);
    }
    long before = pool.words().giveBack(word, run);
    slot.endFree();
    requireTaken(before, run);
    if (removed < next) {
      throw table.refuse(addresses[removed], owner);
    }
    return next;
  }

  private void requireTaken(long avail, long live) {
    if ((avail & live) != 0) {
      throw SlabPool.damaged("live blocks of word " + word + " were also in avail");
    }
  }

  /**
   * Removes tags one by one. The lessee may just be leasing the word, giving out and putting back a
   * block that is named here though it is free: then one of the two must lose.
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

  /** Tells the bits of neighbouring blocks in the word, 0 if they are not all of it. */
  private long bits(long first, int count, long stride, long base) {
    SizeClasses classes = pool.classes();
    int block = classes.size(sizeClass).blockInWord(Address.granules(first) - base);
    if (block < 0
        || block + count > Long.SIZE
        || count > 1 && stride != classes.granules(sizeClass)
        || Address.length(first) > classes.blockSize(sizeClass)) {
      return 0;
    }
    return -1L >>> (Long.SIZE - count) << block;
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
