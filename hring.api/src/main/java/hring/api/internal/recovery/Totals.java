package hring.api.internal.recovery;

import hring.api.ParticipantStats;
import hring.api.Recovered;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Counts of what was reclaimed in a region since it was opened. All but the duration of the last
 * reclaim are sums over the slots: the deaths are counted in their state words, the messages in
 * their {@link hring.api.spi.region.Counters}.
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

  /** Notes how long a reclaim took, before it ends: a reader that sees the death sees this. */
  void tookToReclaim(Duration reclaim) {
    // Partner: the acquire in read().
    SharedMemory.setLongRelease(header, HeaderLayout.LAST_RECLAIM, reclaim.toNanos());
  }

  /**
   * Reads them.
   *
   * @return the figures
   */
  public Recovered read() {
    // The deaths first: they are counted last, and by a release.
    long deaths = region.participants().deaths();
    long discarded = 0;
    long returned = 0;
    for (ParticipantStats stats : region.participants().stats()) {
      discarded += stats.discarded();
      returned += stats.returned();
    }
    // Partner: the release in tookToReclaim().
    long nanos = SharedMemory.getLongAcquire(header, HeaderLayout.LAST_RECLAIM);
    return new Recovered(deaths, discarded, returned, Duration.ofNanos(Math.max(0, nanos)));
  }
}
