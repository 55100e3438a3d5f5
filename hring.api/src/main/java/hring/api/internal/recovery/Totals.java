package hring.api.internal.recovery;

import hring.api.ParticipantStats;
import hring.api.Recovered;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Counts of what was reclaimed in a region since it was opened. The number of dead receivers is in
 * the header, to which any participant adds; the numbers of messages are sums over all slots
 * ({@link hring.api.spi.region.Counters}).
 */
public final class Totals {
  private final Region region;
  private final MemorySegment header;

  /**
   * Creates a view of a region's counters.
   *
   * @param region the region
   */
  public Totals(Region region) {
    this.region = region;
    header = region.headerMemory();
  }

  void addDeath(Duration reclaim) {
    // Partners of both: the acquires in read().
    SharedMemory.setLongRelease(header, HeaderLayout.LAST_RECLAIM, reclaim.toNanos());
    // Last: a reader that sees the death sees the other figures.
    SharedMemory.getAndAddLong(header, HeaderLayout.DEATHS, 1);
  }

  /**
   * Reads them.
   *
   * @return the figures
   */
  public Recovered read() {
    // Partners: the writes above. The deaths first, see addDeath().
    long deaths = SharedMemory.getLongAcquire(header, HeaderLayout.DEATHS);
    long discarded = 0;
    long returned = 0;
    for (ParticipantStats stats : region.participants().stats()) {
      discarded += stats.discarded();
      returned += stats.returned();
    }
    // Partner: the release in addDeath().
    long nanos = SharedMemory.getLongAcquire(header, HeaderLayout.LAST_RECLAIM);
    return new Recovered(deaths, discarded, returned, Duration.ofNanos(Math.max(0, nanos)));
  }
}
