package hring.alloc.slab;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.spi.alloc.Owner;
import java.util.ArrayList;
import java.util.List;

/** Counts what a pool holds, for {@link AllocatorStats}. */
final class SlabStatistics {
  private static final int OWNERS = Owner.IN_FLIGHT + 1;

  private final SlabPool pool;
  private final int viewer;
  private final long[] live;
  private final long[] ready;
  private final long[] ownerBlocks = new long[OWNERS];
  private final long[] ownerBytes = new long[OWNERS];

  // Of the slab that is being counted: blocks that are held, and those that the viewer could take.
  private long held;
  private long takable;

  private long freeBytes;
  private long largestFree;

  /** Makes a counter for what a participant, or an observer, sees. */
  SlabStatistics(SlabPool pool, int viewer) {
    this.pool = pool;
    this.viewer = viewer;
    live = new long[pool.classes().count()];
    ready = new long[pool.classes().count()];
  }

  AllocatorStats count() {
    for (int slab = 0; slab < pool.layout().slabs(); slab++) {
      int state = pool.states().get(slab);
      int sizeClass = pool.states().blockClass(state);
      if (sizeClass >= 0) {
        countBlocks(slab, sizeClass);
        countReady(slab, sizeClass);
      } else if (state == SlabStates.FREE) {
        countFreeSlab();
      }
    }
    List<AllocatorStats.SizeClass> classes = new ArrayList<>();
    long taken = 0;
    for (int c = 0; c < live.length; c++) {
      long blockSize = pool.classes().blockSize(c);
      classes.add(new AllocatorStats.SizeClass(blockSize, live[c], ready[c]));
      taken += live[c] * blockSize;
    }
    List<AllocatorStats.Use> owners = new ArrayList<>();
    long blocks = 0;
    long used = 0;
    for (int owner = 1; owner < OWNERS; owner++) {
      if (ownerBlocks[owner] > 0) {
        owners.add(new AllocatorStats.Use(owner, ownerBlocks[owner], ownerBytes[owner]));
        blocks += ownerBlocks[owner];
        used += ownerBytes[owner];
      }
    }
    return new AllocatorStats(
        pool.layout().geometry().poolSize(),
        blocks,
        used,
        taken,
        freeBytes,
        largestFree,
        classes,
        owners);
  }

  private void countBlocks(int slab, int sizeClass) {
    held = 0;
    takable = 0;
    for (int i = 0; i < pool.classes().blocks(sizeClass); i++) {
      long granule = pool.firstGranule(slab) + (long) i * pool.classes().granules(sizeClass);
      int owner = pool.table().ownerAt(granule);
      long address = owner == Owner.NONE ? Address.NULL : pool.table().blockAt(granule);
      if (owner == HeldTags.OWNER) {
        countHeld(sizeClass, address);
      } else if (address != Address.NULL) {
        live[sizeClass]++;
        ownerBlocks[owner]++;
        ownerBytes[owner] += Address.length(address);
      }
    }
  }

  private void countHeld(int sizeClass, long address) {
    held++;
    takable += Address.length(address) == viewer ? 1 : 0;
    ready[sizeClass]++;
  }

  private void countReady(int slab, int sizeClass) {
    long blocks = held;
    for (int n = 0; n < pool.classes().words(sizeClass); n++) {
      int word = pool.firstWord(slab) + n;
      long bits =
          (pool.words().avail(word) | pool.notHandedOut(word, sizeClass))
              & pool.classes().validBits(sizeClass, n);
      blocks += Long.bitCount(bits);
      int leasedBy = pool.words().lease(word);
      takable += leasedBy == 0 || leasedBy == viewer ? Long.bitCount(bits) : 0;
    }
    if (takable == pool.classes().blocks(sizeClass)) {
      // Empty: whoever needs it makes it a slab of another class.
      countFreeSlab();
    } else {
      freeBytes += blocks * pool.classes().blockSize(sizeClass);
      largestFree = Math.max(largestFree, takable > 0 ? pool.classes().blockSize(sizeClass) : 0);
    }
    ready[sizeClass] += blocks - held;
  }

  private void countFreeSlab() {
    freeBytes += pool.layout().slabSize();
    largestFree = pool.layout().slabSize();
  }
}
