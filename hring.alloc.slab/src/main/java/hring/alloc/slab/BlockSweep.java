package hring.alloc.slab;

import hring.api.Address;
import java.util.function.LongConsumer;

/** Goes through all live blocks, lowest address first. */
final class BlockSweep {
  private static final int RUN = Long.SIZE;

  private final SlabPool pool;

  BlockSweep(SlabPool pool) {
    this.pool = pool;
  }

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
   * Frees all the blocks of an owner.
   *
   * @return how many
   */
  int free(int owner, Freer freer) {
    long[] run = new long[RUN];
    int[] count = new int[2];
    forEachBlock(
        owner,
        address -> {
          run[count[0]++] = address;
          count[1]++;
          if (count[0] == RUN) {
            count[0] = 0;
            freer.free(run, 0, RUN);
          }
        });
    freer.free(run, 0, count[0]);
    return count[1];
  }
}
