package hring.testkit;

import hring.api.Address;
import hring.api.AllocatorStats;
import java.util.List;

/** Fills a pool to the brim, and asks for what it cannot have. */
final class Exhaustion {
  private static final int SHRINK = 4;

  private Exhaustion() {}

  static void check(LocalSite site, List<Step> steps, long largestSize) {
    History history = new History(site);
    history.run(steps);
    history.parties().forEach(Party::flush);
    Party party = history.parties().getFirst();
    for (long size = largestSize; size > 0; size /= SHRINK) {
      while (history.allocate(party, size) != null) {
        // The model sees to it that this ends: blocks that do not overlap fill the pool.
      }
      AllocatorStats before = site.observer().stats();
      for (Party each : history.parties()) {
        history.allocate(each, size);
      }
      Referee.expectAddress(
          Address.NULL, party.allocate(size), "what a full pool gives for " + size);
      history.referee().check();
      AllocatorStats after = site.observer().stats();
      Referee.expect(before.blocks(), after.blocks(), "blocks after NULL");
      Referee.expect(before.free(), after.free(), "bytes free after NULL");
    }
    history.freeAll();
  }

  static void checkImpossible(LocalSite site, long size) {
    LocalParty party = site.join();
    long largest = party.allocator().largestBlock();
    for (long each : new long[] {size, 0, -1, largest + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      if (each >= 1 && each <= largest) {
        continue;
      }
      try {
        long address = party.allocate(each);
        throw new AssertionError(
            "allocate(" + each + ") gave " + Address.toString(address) + " instead of throwing");
      } catch (IllegalArgumentException e) {
        if (each > 0 && !String.valueOf(e.getMessage()).contains(Long.toString(largest))) {
          throw new AssertionError("the message does not name the largest size " + largest, e);
        }
      }
    }
    Referee.expect(0L, site.observer().stats().blocks(), "blocks after impossible sizes");
    Referee.expect(false, party.allocate(largest) == Address.NULL, "NULL for the largest block");
  }
}
