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

  // Of the slab that is being counted: the blocks that are held, and those that the viewer could
  // take.
  private long held;
  private long takable;

  private long used;
  private long taken;
  private long freeBytes;
  private long largestFree;
  private long freePages;

  /** Creates a counter of what a participant, or an observer, sees. */
  SlabStatistics(SlabPool pool, int viewer) {
    this.pool = pool;
    this.viewer = viewer;
    live = new long[pool.classes().count()];
    ready = new long[pool.classes().count()];
  }

  AllocatorStats count() {
    int pages = pool.layout().pages();
    int page = 0;
    while (page < pages) {
      int inUse = pool.map().nextInUse(page);
      countFreePages(inUse - page);
      if (inUse < pages) {
        inUse += countUsed(inUse);
      }
      page = inUse;
    }
    List<AllocatorStats.SizeClass> classes = new ArrayList<>();
    for (int c = 0; c < live.length; c++) {
      long blockSize = pool.classes().blockSize(c);
      classes.add(new AllocatorStats.SizeClass(blockSize, live[c], ready[c]));
    }
    List<AllocatorStats.Use> owners = new ArrayList<>();
    long blocks = 0;
    for (int owner = 1; owner < OWNERS; owner++) {
      if (ownerBlocks[owner] > 0) {
        owners.add(new AllocatorStats.Use(owner, ownerBlocks[owner], ownerBytes[owner]));
        blocks += ownerBlocks[owner];
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

  /** Counts what starts at a page that is in use; returns how many pages it has. */
  private int countUsed(int page) {
    int together = pool.pagesTogether(page);
    int state = pool.states().get(page);
    if (pool.states().hasBlocks(page, state)) {
      countBlocks(page, state);
      countReady(page, state, together);
    } else {
      freePages = 0;
      if (pool.isExtent(page)) {
        long granule = pool.firstGranule(page);
        countLive(
            pool.table().ownerAt(granule),
            pool.table().blockAt(granule),
            (long) together * pool.layout().pageSize());
      }
    }
    return together;
  }

  private void countBlocks(int slab, int state) {
    int sizeClass = SlabStates.sizeClass(state);
    held = 0;
    takable = 0;
    for (int i = 0; i < pool.blocks(state); i++) {
      long granule = pool.firstGranule(slab) + (long) i * pool.classes().granules(sizeClass);
      int owner = pool.table().ownerAt(granule);
      long address = owner == Owner.NONE ? Address.NULL : pool.table().blockAt(granule);
      if (owner == HeldTags.OWNER) {
        held++;
        takable += Address.length(address) == viewer ? 1 : 0;
      } else if (address != Address.NULL) {
        live[sizeClass]++;
        countLive(owner, address, pool.classes().blockSize(sizeClass));
      }
    }
  }

  private void countLive(int owner, long address, long bytes) {
    ownerBlocks[owner]++;
    ownerBytes[owner] += Address.length(address);
    used += Address.length(address);
    taken += bytes;
  }

  private void countReady(int slab, int state, int pages) {
    int sizeClass = SlabStates.sizeClass(state);
    int blocks = pool.blocks(state);
    long free = held;
    Place place = new Place(pool);
    for (int n = 0; n < SizeClasses.words(blocks); n++) {
      int word = pool.firstWord(slab) + n;
      if (place.ofWord(word)) {
        long bits = (pool.words().avail(word) | place.notHandedOut()) & place.valid;
        free += Long.bitCount(bits);
        int leasedBy = pool.words().lease(word);
        takable += leasedBy == 0 || leasedBy == viewer ? Long.bitCount(bits) : 0;
      }
    }
    ready[sizeClass] += free;
    if (takable == blocks) {
      // The slab is empty: its pages can be taken.
      countFreePages(pages);
    } else {
      freePages = 0;
      freeBytes += free * pool.classes().blockSize(sizeClass);
      largestFree = Math.max(largestFree, takable > 0 ? pool.classes().blockSize(sizeClass) : 0);
    }
  }

  private void countFreePages(int pages) {
    freePages += pages;
    long pageSize = pool.layout().pageSize();
    freeBytes += pages * pageSize;
    long run = Math.min(freePages * pageSize, pool.layout().largestBlock());
    largestFree = Math.max(largestFree, run);
  }
}
