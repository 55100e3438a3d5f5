package hring.testkit;

import hring.api.Address;
import hring.api.AllocatorStats;
import java.util.ArrayList;
import java.util.List;

/** Compares an emptied pool with one that was never used. */
final class AsNew {
  private AsNew() {}

  static void check(LocalSite fresh, Site used, List<Party> parties, long size) {
    LocalParty newcomer = fresh.join();
    long largest = newcomer.allocator().largestBlock();
    AllocatorStats stats = used.observer().stats();
    AllocatorStats wanted = fresh.observer().stats();
    Referee.expect(0L, stats.blocks(), "blocks after all were freed");
    Referee.expect(wanted.free(), stats.free(), "bytes free after all were freed");
    Referee.expect(wanted.largestFree(), stats.largestFree(), "largestFree after all were freed");
    for (long each : new long[] {largest, size, 1}) {
      Referee.expect(
          capacity(newcomer, fresh, each),
          capacity(parties.getLast(), used, each),
          "blocks of " + each + " bytes that fit after all were freed, as when new");
    }
    Referee.expect(List.of(), used.observer().verify(), "broken invariants after all were freed");
  }

  private static int capacity(Party party, Site site, long size) {
    long bound = site.memory().geometry().granules();
    List<Long> addresses = new ArrayList<>();
    for (long address = party.allocate(size);
        address != Address.NULL;
        address = party.allocate(size)) {
      addresses.add(address);
      if (addresses.size() > bound) {
        throw new AssertionError("more than " + bound + " blocks fit, one for each granule");
      }
    }
    addresses.forEach(party::free);
    party.flush();
    return addresses.size();
  }
}
