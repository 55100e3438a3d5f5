package hring.alloc.slab;

import hring.api.Address;
import java.util.function.LongConsumer;

/** Goes through all live or held blocks, lowest address first. */
final class BlockSweep {
  private static final int RUN = Long.SIZE;

  private final SlabPool pool;

  BlockSweep(SlabPool pool) {
    this.pool = pool;
  }

  /** Visits the live blocks of an owner. */
  void forEachBlock(int owner, LongConsumer visitor) {
    long granules = pool.layout().geometry().granules();
    for (long granule = 0; granule < granules; granule++) {
      if (pool.table().ownerAt(granule) == owner) {
        long address = pool.table().blockAt(granule);
        // It may have gone, or changed hands, in between.
        if (address != Address.NULL && pool.table().owner(address) == owner) {
          visitor.accept(address);
        }
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
    Run live = new Run((blocks, count) -> freePath.free(blocks, 0, count, true));
    Run held = new Run((blocks, count) -> freePath.freeHeld(blocks, 0, count));
    for (long granule = 0; granule < pool.layout().geometry().granules(); granule++) {
      int owner = pool.table().ownerAt(granule);
      if (owner == dead || owner == HeldTags.OWNER) {
        long address = pool.table().blockAt(granule);
        if (owner == dead && pool.table().owner(address) == dead) {
          live.add(address);
        } else if (owner == HeldTags.OWNER && Address.length(address) == dead) {
          held.add(address);
        }
      }
    }
    live.end();
    held.end();
    return live.total;
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
