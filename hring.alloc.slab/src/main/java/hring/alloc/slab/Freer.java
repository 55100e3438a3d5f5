package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.BlockTable;

/**
 * Gives blocks of one owner back, those of one word together: the free record, the tags, one atomic
 * on {@code avail}, the end of the record.
 *
 * <p>Any thread of the process may call it. The lock makes it one at a time, as there is one free
 * record; it is of this process alone, and whoever stops or kills the process does so to all of its
 * threads, so it holds up no other process.
 */
final class Freer {
  private static final int NO_WORD = -1;

  private final SlabPool pool;
  private final BlockTable table;
  private final int owner;

  // The blocks that are about to be freed together, and what locate() found. Under the lock.
  private int runWord = NO_WORD;
  private int runClass;
  private long runMask;
  private int word;
  private int sizeClass;
  private long bit;

  Freer(SlabPool pool, int owner) {
    this.pool = pool;
    this.table = pool.table();
    this.owner = owner;
  }

  synchronized void free(long address) {
    if (!table.isOwnedBy(address, owner)) {
      throw table.refuse(address, owner);
    }
    locate(address);
    giveBack(word, sizeClass, bit);
  }

  synchronized void free(long[] addresses, int from, int to) {
    try {
      for (int i = from; i < to; i++) {
        add(addresses[i]);
      }
    } finally {
      // Also when an address is refused: those before it are freed.
      endRun();
    }
  }

  private void add(long address) {
    if (!table.isOwnedBy(address, owner)) {
      throw table.refuse(address, owner);
    }
    locate(address);
    if (word != runWord) {
      endRun();
    } else if ((runMask & bit) != 0) {
      // The same block twice: after the first is freed this one is refused.
      endRun();
      throw table.refuse(address, owner);
    }
    runWord = word;
    runClass = sizeClass;
    runMask |= bit;
  }

  private void endRun() {
    if (runWord != NO_WORD) {
      int ended = runWord;
      long mask = runMask;
      runWord = NO_WORD;
      runMask = 0;
      giveBack(ended, runClass, mask);
    }
  }

  /** Finds the bit of a block that has a tag. */
  private void locate(long address) {
    long granule = Address.granules(address);
    long slab = pool.slabOfGranule(granule);
    if (slab < pool.layout().slabs()) {
      sizeClass = pool.states().blockClass(pool.states().get((int) slab));
      if (sizeClass >= 0 && Address.length(address) <= pool.classes().blockSize(sizeClass)) {
        int block = pool.classes().blockAt(sizeClass, pool.offsetInSlab(granule));
        if (block >= 0) {
          word = pool.firstWord((int) slab) + block / Long.SIZE;
          bit = 1L << block;
          return;
        }
      }
    }
    throw SlabPool.damaged(
        "the live block " + Address.toString(address) + " is not one of its slab");
  }

  private void giveBack(int freedWord, int freedClass, long mask) {
    ParticipantSlot slot = pool.slot(owner);
    long base = pool.firstGranule(freedWord, freedClass);
    int granules = pool.classes().granules(freedClass);
    slot.beginFree(freedWord, freedClass, mask);
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      // No block is so long that its entry has a second part, so any length will do.
      table.remove(Address.of(base + (long) Long.numberOfTrailingZeros(rest) * granules, 1));
    }
    long before = pool.words().giveBack(freedWord, mask);
    slot.endFree();
    if ((before & mask) != 0) {
      throw SlabPool.damaged("live blocks of word " + freedWord + " were also in avail");
    }
  }
}
