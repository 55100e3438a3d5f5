package hring.testkit;

import hring.api.AllocatorStats;
import java.util.List;

/** Checks that an emptied pool has as much room as one that was never used. */
final class PristineCheck {
  private final long[] sizes;
  private final long[] capacities;
  private final AllocatorStats stats;

  /**
   * Measures a pool that was never used.
   *
   * @param fresh the pool, which this fills and empties
   * @param size the length of blocks that is tried besides the smallest and the largest
   */
  PristineCheck(LocalSite fresh, long size) {
    stats = fresh.observer().stats();
    LocalParty newcomer = fresh.join();
    sizes = new long[] {newcomer.allocator().largestBlock(), size, 1};
    capacities = new long[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      capacities[i] = capacity(newcomer, fresh, sizes[i]);
    }
  }

  /** Compares an emptied pool with the measured one. */
  void check(Site used, List<Party> parties) {
    AllocatorStats found = used.observer().stats();
    Referee.expect(0L, found.blocks(), "blocks after all were freed");
    Referee.expect(stats.free(), found.free(), "bytes free after all were freed");
    Referee.expect(stats.largestFree(), found.largestFree(), "largestFree after all were freed");
    for (int i = 0; i < sizes.length; i++) {
      Referee.expect(
          capacities[i],
          capacity(parties.getLast(), used, sizes[i]),
          "blocks of " + sizes[i] + " bytes that fit after all were freed, as when new");
    }
    Referee.expect(List.of(), used.observer().verify(), "broken invariants after all were freed");
  }

  private static long capacity(Party party, Site site, long size) {
    return party.capacity(size, site.memory().geometry().granules());
  }
}
