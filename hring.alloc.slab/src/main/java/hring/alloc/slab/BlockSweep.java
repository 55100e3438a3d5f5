package hring.alloc.slab;

import hring.api.Address;
import java.util.function.LongConsumer;

/**
 * Goes through all live or held blocks, lowest address first. It looks at pages in use only, and in
 * a slab only where blocks start.
 */
final class BlockSweep {
  private static final int RUN = Long.SIZE;

  private final SlabPool pool;

  BlockSweep(SlabPool pool) {
    this.pool = pool;
  }

  /** Visits the live blocks of an owner, or with {@link HeldTags#OWNER} the held ones. */
  void forEachBlock(int owner, LongConsumer visitor) {
    forEachBlock(
        address -> {
          // It may have gone, or changed hands, in between.
          if (pool.table().owner(address) == owner) {
            visitor.accept(address);
          }
        });
  }

  /** Visits all entries of the table. */
  private void forEachBlock(LongConsumer visitor) {
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

  private void visit(long granule, LongConsumer visitor) {
    if (pool.table().ownerAt(granule) != 0) {
      long address = pool.table().blockAt(granule);
      if (address != Address.NULL) {
        visitor.accept(address);
      }
    }
  }

  /**
   * Frees all live blocks of a dead owner, and gives back those that it held. It does so with the
   * dead one's record, so that this can be cut off and repeated as well.
   *
   * @return how many were live
   */
  int freeAll(int dead) {
    FreePath freePath = new FreePath(pool, dead);
    PageStock stock = new PageStock(pool, dead);
    Run live = new Run((blocks, count) -> freePath.free(blocks, 0, count, true));
    Run held = new Run((blocks, count) -> freePath.freeHeld(blocks, 0, count));
    int[] extents = new int[1];
    forEachBlock(
        address -> {
          int owner = pool.table().owner(address);
          if (owner == dead && Address.length(address) > pool.layout().largestSlabBlock()) {
            stock.freeExtent(address);
            extents[0]++;
          } else if (owner == dead) {
            live.add(address);
          } else if (owner == HeldTags.OWNER && Address.length(address) == dead) {
            held.add(address);
          }
        });
    live.end();
    held.end();
    return live.total + extents[0];
  }

  /** Gives back all blocks that a participant held that begins anew. */
  void freeHeld(int owner) {
    FreePath freePath = new FreePath(pool, owner);
    Run held = new Run((blocks, count) -> freePath.freeHeld(blocks, 0, count));
    forEachBlock(
        HeldTags.OWNER,
        address -> {
          if (Address.length(address) == owner) {
            held.add(address);
          }
        });
    held.end();
  }

  /** Frees many blocks. */
  private interface Free {
    void free(long[] blocks, int count);
  }

  /** Gathers blocks, so that neighbours are freed together. */
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
