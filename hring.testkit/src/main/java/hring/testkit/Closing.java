package hring.testkit;

import hring.api.Address;
import hring.testkit.LiveBlocks.Block;
import java.util.ArrayList;
import java.util.List;

/** Closes instances that hold something, and looks what becomes of it. */
final class Closing {
  private static final int BLOCKS = 24;

  private Closing() {}

  /** Closing gives back the participant's reserves; its live blocks stay. */
  static void check(LocalSite site, List<Step> steps, PristineCheck pristine, long size) {
    History history = new History(site);
    history.run(steps);
    Party leaver = history.parties().removeLast();
    List<Block> own = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      Block block = history.allocate(leaver, i % 2 == 0 ? size : 1);
      if (block != null) {
        own.add(block);
      }
    }
    // Every second one stays; the others are what may be held in reserve.
    for (int i = 0; i < own.size(); i += 2) {
      history.free(leaver, own.get(i));
    }
    leaver.close();
    history.referee().check();
    site.kill(leaver);
    history.reclaim(history.parties().getFirst(), leaver.owner());
    history.freeAll();
    pristine.check(site, history.parties());
    leaveNothing(site, history, size);
    pristine.check(site, history.parties());
  }

  /** One that leaves as the ring does: without blocks, so that nobody reclaims it. */
  private static void leaveNothing(LocalSite site, History history, long size) {
    LocalParty leaver = site.join();
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      long address = leaver.allocate(i % 2 == 0 ? size : 1);
      if (address != Address.NULL) {
        blocks.add(address);
      }
    }
    blocks.forEach(leaver::free);
    leaver.close();
    site.release(leaver.owner());
    history.referee().check();
  }
}
