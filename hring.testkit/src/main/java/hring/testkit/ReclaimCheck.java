package hring.testkit;

import java.util.List;

/** Checks that dead owners can be reclaimed, and living ones and numbers out of range cannot. */
final class ReclaimCheck {
  private ReclaimCheck() {}

  static void check(LocalSite site, List<Step> steps) {
    History history = new History(site);
    history.run(steps);
    Party survivor = history.parties().getFirst();
    for (Party living : history.parties()) {
      refuses(IllegalStateException.class, survivor, living.owner());
    }
    int maxOwners = site.memory().geometry().maxOwners();
    for (int never : new int[] {0, -1, maxOwners + 1, 255, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      refuses(IllegalArgumentException.class, survivor, never);
    }
    history.referee().check();
    while (history.parties().size() > 1) {
      Party dead = history.parties().removeLast();
      site.kill(dead);
      ((LocalParty) survivor).allocator().finishOperation(dead.owner());
      history.referee().check();
      history.putInFlight(survivor, dead.owner());
      history.reclaim(survivor, dead.owner());
      history.referee().check();
    }
    history.freeAll();
  }

  private static void refuses(Class<? extends RuntimeException> wanted, Party survivor, int owner) {
    try {
      int blocks = survivor.reclaim(owner);
      throw new AssertionError("reclaim(" + owner + ") took " + blocks + " blocks");
    } catch (RuntimeException e) {
      if (!wanted.isInstance(e)) {
        throw new AssertionError("reclaim(" + owner + ") must throw " + wanted, e);
      }
    }
  }
}
