package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.internal.Providers;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Packs;

/** Assertions on a region that everybody has left. */
final class RegionAssertions {
  private RegionAssertions() {}

  /** The pool must be as new, and no message left in a pack, whatever happened before. */
  static void requirePristine(Region region) {
    try (Allocator observer =
        Providers.allocator(region.header().allocator(), region.header().allocatorOptions())
            .attach(region.allocatorMemory(), Owner.NONE)) {
      assertThat(observer.verify()).isEmpty();
      AllocatorStats stats = observer.stats();
      assertThat(stats.held()).as("%s", stats).isZero();
      assertThat(stats.free()).as("%s", stats).isEqualTo(stats.poolSize());
      for (int owner = 1; owner <= Owner.IN_FLIGHT; owner++) {
        int whose = owner;
        observer.forEachBlock(
            owner,
            address -> {
              throw new AssertionError("participant " + whose + " still has " + address);
            });
        new Packs(region)
            .forEach(
                owner,
                address -> {
                  throw new AssertionError(
                      "participant " + whose + " still has " + Address.toString(address));
                });
      }
    }
  }
}
