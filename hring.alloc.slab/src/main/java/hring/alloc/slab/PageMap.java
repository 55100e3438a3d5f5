package hring.alloc.slab;

import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * What each page of the pool is used for: a byte per page, eight to a long, so that one
 * compare-and-set changes up to eight.
 *
 * <pre>
 *   0         8          64
 *  +---------+----------+---------------------------+
 *  | returns | (unused) | a byte for each page      |
 *  +---------+----------+---------------------------+
 *
 *   0         FREE: anybody may claim it
 *   1 .. 250  in transit: claimed by this participant, or being given back by it
 *   255       USED: part of a slab or of an extent
 * </pre>
 *
 * <p>A page in transit is changed only by the participant that it names; a USED page only by the
 * owner of the extent, or by the participant that has every word of the slab leased. So only FREE
 * pages are contended.
 *
 * <p>{@code returns} is incremented after pages have become FREE. As long as it has not changed, a
 * search for a run of pages that failed would fail again.
 */
final class PageMap {
  static final int FREE = 0;
  static final int USED = 255;

  /** Returned by the searches if there is no such run of pages. */
  static final int NONE = -1;

  private static final long RETURNS = 0;
  private static final long GROUPS = SlabLayout.LINE;
  private static final int GROUP = Long.BYTES;
  private static final int BYTE_MASK = 0xFF;

  /** Far more than other participants can cause: only a damaged map fails so often in a row. */
  private static final int MAX_RETRIES = 100_000;

  private final MemorySegment map;
  private final int pages;

  PageMap(MemorySegment map, int pages) {
    this.map = map;
    this.pages = pages;
  }

  /** Returns the size of a map in bytes, a multiple of 8. */
  static long size(int pages) {
    return GROUPS + ((long) pages + GROUP - 1) / GROUP * GROUP;
  }

  /** Returns how often pages became FREE. */
  long returns() {
    // Partner: the atomic in giveBack(): whoever sees it sees the pages FREE.
    return SharedMemory.getLongAcquire(map, RETURNS);
  }

  int get(int page) {
    return (int) (group(page / GROUP) >>> page % GROUP * Byte.SIZE) & BYTE_MASK;
  }

  /** Returns the first page at or above {@code from} that is not FREE, or the number of pages. */
  int nextInUse(int from) {
    int page = from;
    while (page < pages) {
      if (page % GROUP == 0 && group(page / GROUP) == 0) {
        page += GROUP;
      } else if (get(page) == FREE) {
        page++;
      } else {
        return page;
      }
    }
    return pages;
  }

  /** Returns the first page at or above {@code from} that is FREE, or the number of pages. */
  int nextFree(int from) {
    int page = from;
    while (page < pages) {
      if (page % GROUP == 0 && different(group(page / GROUP)) == -1L) {
        page += GROUP;
      } else if (get(page) != FREE) {
        page++;
      } else {
        return page;
      }
    }
    return pages;
  }

  /** Returns the page after the last FREE one below {@code before}, or 0 if there is none. */
  int endOfFree(int before) {
    int page = before;
    while (page > 0) {
      if (page % GROUP == 0 && different(group(page / GROUP - 1)) == -1L) {
        page -= GROUP;
      } else if (get(page - 1) != FREE) {
        page--;
      } else {
        return page;
      }
    }
    return 0;
  }

  /**
   * Returns the first page of the lowest run of free pages that starts at or above {@code from}, or
   * {@link #NONE}.
   */
  int findUp(int count, int from) {
    int first = nextFree(from);
    while (first <= pages - count) {
      int end = first + 1;
      while (end < first + count && get(end) == FREE) {
        end++;
      }
      if (end == first + count) {
        return first;
      }
      first = nextFree(end + 1);
    }
    return NONE;
  }

  /**
   * Returns the first page of the highest run of free pages below {@code before}, or {@link #NONE}.
   */
  int findDown(int count, int before) {
    int run = 0;
    for (int page = before - 1; page >= 0; page--) {
      long group = page % GROUP == GROUP - 1 ? group(page / GROUP) : 1;
      if (group == 0) {
        page -= GROUP - 1;
        run += GROUP;
      } else if (group != 1 && different(group) == -1L) {
        page -= GROUP - 1;
        run = 0;
      } else {
        run = get(page) == FREE ? run + 1 : 0;
      }
      if (run >= count) {
        return page + run - count;
      }
    }
    return NONE;
  }

  /**
   * Claims free pages, lowest first.
   *
   * @return false if one of them is not free any more; those before it have been given back
   */
  boolean tryClaim(int first, int count, int owner) {
    for (int group = first / GROUP; group <= (first + count - 1) / GROUP; group++) {
      if (!tryClaimIn(group, mask(group, first, count), owner)) {
        if (group * GROUP > first) {
          giveBack(first, group * GROUP - first, owner);
        }
        return false;
      }
    }
    return true;
  }

  private boolean tryClaimIn(int group, long mask, int owner) {
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      long before = group(group);
      if ((before & mask) != 0) {
        return false;
      }
      if (change(group, before, before | mask & all(owner))) {
        return true;
      }
    }
    throw SlabPool.damaged("the map of pages never stops changing");
  }

  /** Changes pages that this participant has claimed to USED, highest first. */
  void publish(int first, int count, int owner) {
    replaceDown(first, count, owner, USED);
  }

  /**
   * Changes USED pages that this participant holds exclusively to in transit with it, lowest first.
   */
  void withdraw(int first, int count, int owner) {
    for (int group = first / GROUP; group <= (first + count - 1) / GROUP; group++) {
      replace(group, mask(group, first, count), USED, owner);
    }
  }

  /**
   * Changes those pages of a run that are in transit with a participant to FREE, highest first.
   *
   * @return the value of {@code returns} before
   */
  long giveBack(int first, int count, int owner) {
    replaceDown(first, count, owner, FREE);
    // Partner: the acquire in returns().
    return SharedMemory.getAndAddLong(map, RETURNS, 1);
  }

  private void replaceDown(int first, int count, int from, int to) {
    if (count <= 0) {
      return;
    }
    for (int group = (first + count - 1) / GROUP; group >= first / GROUP; group--) {
      replace(group, mask(group, first, count), from, to);
    }
  }

  private void replace(int group, long mask, int from, int to) {
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      long before = group(group);
      long changed = mask & ~different(before ^ all(from));
      long after = before & ~changed | all(to) & changed;
      if (changed == 0 || change(group, before, after)) {
        return;
      }
    }
    throw SlabPool.damaged("the map of pages never stops changing");
  }

  /** Returns 0xFF in each byte that is not 0, and 0 in the others. */
  private static long different(long bytes) {
    long low = bytes;
    low |= low >>> 4 & 0x0F0F_0F0F_0F0F_0F0FL;
    low |= low >>> 2 & 0x3F3F_3F3F_3F3F_3F3FL;
    low |= low >>> 1 & 0x7F7F_7F7F_7F7F_7F7FL;
    return (low & all(1)) * BYTE_MASK;
  }

  /** Returns the bytes of a group that belong to a run of pages. */
  private static long mask(int group, int first, int count) {
    int from = Math.max(0, first - group * GROUP);
    int to = Math.min(GROUP, first + count - group * GROUP);
    return -1L >>> (GROUP - (to - from)) * Byte.SIZE << from * Byte.SIZE;
  }

  private static long all(int value) {
    return value * 0x0101_0101_0101_0101L;
  }

  private long group(int group) {
    // Partner: the compare-and-set in change().
    return SharedMemory.getLongAcquire(map, GROUPS + (long) group * GROUP);
  }

  private boolean change(int group, long before, long after) {
    return SharedMemory.compareAndSetLong(map, GROUPS + (long) group * GROUP, before, after);
  }
}
