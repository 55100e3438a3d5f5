package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.Owner;
import java.util.function.LongConsumer;

/**
 * Visits all live or held blocks, lowest address first. Reads only the pages in use, and in a slab
 * only the granules where blocks start.
 */
final class BlockSweep {
  private static final int RUN = Long.SIZE;

  private final SlabPool pool;

  BlockSweep(SlabPool pool) {
    this.pool = pool;
  }

  /** Visits the live blocks of an owner. */
  void forEachBlock(int owner, LongConsumer visitor) {
    forEachEntry(
        (entered, address) -> {
          // It may have been freed or transferred since the first read.
          if (entered == owner && owner != HeldTags.OWNER && pool.table().owner(address) == owner) {
            visitor.accept(address);
          }
        });
  }

  private void forEachEntry(Visitor visitor) {
    int pages = pool.layout().pages();
    for (int page = pool.map().nextInUse(0); page < pages; ) {
      int state = pool.states().get(page);
      int together = pool.pagesTogether(page);
      if (pool.states().hasBlocks(page, state)) {
        long granule = pool.firstGranule(page);
        int stride = pool.classes().granules(SlabStates.sizeClass(state));
        for (int block = 0; block < pool.blocks(state); block++) {
          visit(granule, visitor);
          granule += stride;
        }
      } else {
        visit(pool.firstGranule(page), visitor);
      }
      page = pool.map().nextInUse(page + together);
    }
  }

  private void visit(long granule, Visitor visitor) {
    int owner = pool.table().ownerAt(granule);
    if (owner != Owner.NONE) {
      long address = pool.table().blockAt(granule);
      if (address != Address.NULL) {
        visitor.visit(owner, address);
      }
    }
  }

  /**
   * Frees all live blocks of a dead owner, and gives back those that it held. It uses the dead
   * participant's own record, so that this can be interrupted at any step and repeated.
   *
   * @return the number of live blocks that were freed
   */
  int freeAll(int dead) {
    FreePath freePath = new FreePath(pool, dead);
    PageStock stock = new PageStock(pool, dead);
    Run live = new Run((blocks, count) -> freePath.free(blocks, 0, count, true));
    Run held = new Run((blocks, count) -> freePath.freeHeld(blocks, 0, count));
    HeldTags heldTags = pool.heldTags(dead);
    int[] extents = new int[1];
    forEachEntry(
        (owner, address) -> {
          if (owner == dead && Address.length(address) > pool.layout().largestSlabBlock()) {
            stock.freeExtent(address);
            extents[0]++;
          } else if (owner == dead) {
            live.add(address);
          } else if (owner == HeldTags.OWNER) {
            addIfHeld(held, heldTags, address);
          }
        });
    live.end();
    held.end();
    return live.total + extents[0];
  }

  /** Gives back all blocks that were held by an earlier participant of this number. */
  void freeHeld(int owner) {
    FreePath freePath = new FreePath(pool, owner);
    Run held = new Run((blocks, count) -> freePath.freeHeld(blocks, 0, count));
    HeldTags heldTags = pool.heldTags(owner);
    forEachEntry((entered, address) -> addIfHeld(held, heldTags, address));
    held.end();
  }

  /**
   * Reads the entry once: the entry of a block that a living participant holds may change at any
   * moment.
   */
  private static void addIfHeld(Run held, HeldTags heldTags, long address) {
    long block = HeldTags.address(Address.granules(address));
    if (heldTags.isHeld(block)) {
      held.add(block);
    }
  }

  /**
   * Receives the entries of the table one by one. The owner is read first, the address second:
   * unless the owner is dead, the address may be that of another block by then.
   */
  private interface Visitor {
    void visit(int owner, long address);
  }

  /** Frees many blocks. */
  private interface Free {
    void free(long[] blocks, int count);
  }

  /** Collects blocks, so that neighbours are freed together. */
  private static final class Run {
    private final Free free;
    private final long[] blocks = new long[RUN];
    private int count;
    private int total;

    Run(Free free) {
      this.free = free;
    }

    void add(long address) {
      blocks[count++] = address;
      total++;
      if (count == RUN) {
        end();
      }
    }

    void end() {
      free.free(blocks, count);
      count = 0;
    }
  }
}
