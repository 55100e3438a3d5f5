package hring.api.spi.region;

import hring.api.DeathPolicy;
import hring.api.Delivery;
import hring.api.Placement;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Regions for tests: real files in the directory of shared memory, with names that nobody else has.
 */
public final class RegionFixture {
  static final long POOL = 64 << 10;
  static final int SLOTS = 64;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private RegionFixture() {}

  static String uniqueName() {
    return "test-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();
  }

  static RegionSpec spec(String name, Path directory, long poolSize) {
    return new RegionSpec(
        name,
        new RegionFiles(directory, RegionFiles.USER_ONLY, null),
        new PoolGeometry(poolSize, 64, SLOTS),
        "none",
        new ProviderOptions("of=none"),
        Placement.IN_REGION,
        4096,
        "any",
        new ProviderOptions("of=any&" + "x".repeat(119) + "=1"),
        8192,
        Delivery.TO_ONE,
        DeathPolicy.REDELIVER,
        7);
  }

  /**
   * Creates a region that has no name yet.
   *
   * @param name the name of its ring
   * @return the region
   */
  public static Region unpublished(String name) {
    return Region.create(spec(name, RegionFiles.SHM, POOL));
  }

  /**
   * Creates a region of a transport and an allocator that nobody has.
   *
   * @return the region; others can attach, and the caller deletes it
   */
  public static Region published() {
    Region region = unpublished(uniqueName());
    region.publish(7, 8, 16);
    region.markOpen();
    return region;
  }
}
