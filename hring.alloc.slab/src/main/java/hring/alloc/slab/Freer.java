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
  private final SlabPool pool;
  private final BlockTable table;
  private final int owner;

  // The word that locate() found last, under the lock. They stay right as long as one of its
  // blocks is live, since its slab keeps its class.
  private int word;
  private int sizeClass;
  private long base;

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
    giveBack(bit(address));
  }

  synchronized void free(long[] addresses, int from, int to) {
    int next = from;
    while (next < to) {
      if (!table.isOwnedBy(addresses[next], owner)) {
        throw table.refuse(addresses[next], owner);
      }
      locate(addresses[next]);
      long run = 0;
      long bit = bit(addresses[next]);
      // As long as they are of this word, live, and not yet in the run; what ends it starts the
      // next, and is refused there if it must be: those before it are freed by then.
      while (bit != 0 && (run & bit) == 0) {
        run |= bit;
        next++;
        boolean more = next < to && table.isOwnedBy(addresses[next], owner);
        bit = more ? bit(addresses[next]) : 0;
      }
      giveBack(run);
    }
  }

  /** Finds the word of a live block. */
  private void locate(long address) {
    long slab = pool.slabOfGranule(Address.granules(address));
    if (slab < pool.layout().slabs()) {
      sizeClass = pool.states().blockClass(pool.states().get((int) slab));
      if (sizeClass >= 0) {
        int offset = pool.offsetInSlab(Address.granules(address));
        word = pool.firstWord((int) slab) + pool.classes().blockAt(sizeClass, offset) / Long.SIZE;
        base = pool.firstGranule(word, sizeClass);
        if (bit(address) != 0) {
          return;
        }
      }
    }
    throw SlabPool.damaged(
        "the live block " + Address.toString(address) + " is not one of its slab");
  }

  /** Tells the bit of a live block in the word found last, 0 if it is not of that word. */
  private long bit(long address) {
    long offset = Address.granules(address) - base;
    if (offset < 0
        || offset >= pool.layout().slabGranules()
        || Address.length(address) > pool.classes().blockSize(sizeClass)) {
      return 0;
    }
    int block = pool.classes().blockAt(sizeClass, (int) offset);
    return block < 0 || block >= Long.SIZE ? 0 : 1L << block & pool.validBits(word, sizeClass);
  }

  private void giveBack(long mask) {
    ParticipantSlot slot = pool.slot(owner);
    int granules = pool.classes().granules(sizeClass);
    slot.beginFree(word, sizeClass, mask);
    for (long rest = mask; rest != 0; rest &= rest - 1) {
      // No block is so long that its entry has a second part, so any length will do.
      table.remove(Address.of(base + (long) Long.numberOfTrailingZeros(rest) * granules, 1));
    }
    long before = pool.words().giveBack(word, mask);
    slot.endFree();
    if ((before & mask) != 0) {
      throw SlabPool.damaged("live blocks of word " + word + " were also in avail");
    }
  }
}
