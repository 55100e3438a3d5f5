package hring.testkit;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.Owner;
import hring.testkit.LiveBlocks.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Compares what an observer of the pool sees with the model. */
final class Referee {
  private final Site site;
  private final LiveBlocks blocks;

  Referee(Site site, LiveBlocks blocks) {
    this.site = site;
    this.blocks = blocks;
  }

  /** Checks everything that holds whenever no participant is in the middle of an operation. */
  void check() {
    check(site.observer());
  }

  void check(Allocator observer) {
    expect(List.of(), observer.verify(), "broken invariants");
    TreeMap<Integer, List<Long>> byOwner = new TreeMap<>();
    long used = 0;
    for (Block block : blocks.all()) {
      expect(block.owner(), observer.owner(block.address()), "owner of " + name(block));
      expect(
          Owner.NONE,
          observer.owner(BatchBit.set(block.address())),
          "owner of a batch with the address of " + name(block));
      for (long near : neighbours(block.address())) {
        expect(
            Owner.NONE,
            observer.owner(near),
            "owner of " + Address.toString(near) + ", which is nearly " + name(block));
      }
      long damage =
          Pattern.firstDamage(
              Pattern.block(site.memory().pool(), site.memory().geometry(), block.address()),
              block.seed());
      if (damage >= 0) {
        throw new AssertionError(name(block) + " was overwritten at byte " + damage);
      }
      byOwner.computeIfAbsent(block.owner(), _ -> new ArrayList<>()).add(block.address());
      used += Address.length(block.address());
    }
    byOwner.forEach(
        (owner, addresses) ->
            expect(named(addresses), named(list(observer, owner)), "blocks of owner " + owner));
    checkStats(observer.stats(), byOwner, used);
  }

  /** Addresses at the place of a block, of which there is one block, with other lengths. */
  static long[] neighbours(long address) {
    long granules = Address.granules(address);
    int length = Address.length(address);
    return new long[] {
      Address.of(granules, length == Address.MAX_LENGTH ? 1 : length + 1),
      Address.of(granules, length == 1 ? 2 : length - 1)
    };
  }

  private void checkStats(AllocatorStats stats, Map<Integer, List<Long>> byOwner, long used) {
    expect(site.memory().geometry().poolSize(), stats.poolSize(), "stats().poolSize");
    expect((long) blocks.all().size(), stats.blocks(), "stats().blocks (" + stats.owners() + ")");
    expect(used, stats.used(), "stats().used");
    expect(
        List.copyOf(byOwner.keySet()),
        stats.owners().stream().map(AllocatorStats.Use::owner).toList(),
        "owners in stats()");
    for (AllocatorStats.Use use : stats.owners()) {
      expect((long) byOwner.get(use.owner()).size(), use.blocks(), "blocks in stats() of " + use);
    }
    if (stats.held() < stats.used()
        || stats.held() + stats.free() > stats.poolSize()
        || stats.largestFree() > stats.free()) {
      throw new AssertionError("stats() contradict themselves: " + stats);
    }
  }

  /** Lists the live blocks of an owner, bounded by what a pool can hold. */
  List<Long> list(Allocator observer, int owner) {
    List<Long> seen = new ArrayList<>();
    long granules = site.memory().geometry().granules();
    observer.forEachBlock(
        owner,
        address -> {
          if (seen.size() > granules) {
            throw new AssertionError("forEachBlock visits more blocks than the pool can hold");
          }
          seen.add(address);
        });
    return seen;
  }

  static void expect(Object wanted, Object found, String what) {
    if (!Objects.equals(wanted, found)) {
      throw new AssertionError(what + ": expected " + wanted + ", found " + found);
    }
  }

  /** Compares addresses, which are named with their length and place. */
  static void expectAddress(long wanted, long found, String what) {
    expect(Address.toString(wanted), Address.toString(found), what);
  }

  static List<String> named(List<Long> addresses) {
    return addresses.stream().map(Address::toString).toList();
  }

  private static String name(Block block) {
    return "block " + Address.toString(block.address()) + " of owner " + block.owner();
  }
}
