package hring.api.internal.recovery;

import hring.api.Recovered;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.HeaderLayout;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * Counters of what was reclaimed in a region since it was opened. Any participant adds to them,
 * atomically.
 */
public final class Totals {
  private static final long DEATHS = HeaderLayout.TOTALS;
  private static final long DISCARDED = DEATHS + Long.BYTES;
  private static final long RETURNED = DISCARDED + Long.BYTES;
  private static final long LAST_RECLAIM = RETURNED + Long.BYTES;

  private final MemorySegment header;

  /**
   * Creates a view of a region's counters.
   *
   * @param header the region's header
   */
  public Totals(MemorySegment header) {
    this.header = header;
  }

  void addDeath(Duration reclaim) {
    // Partners of all accesses that write: the acquires in read().
    SharedMemory.setLongRelease(header, LAST_RECLAIM, reclaim.toNanos());
    // Last: a reader that sees the death sees the other figures.
    SharedMemory.getAndAddLong(header, DEATHS, 1);
  }

  void addDiscarded(long messages) {
    // Partner: the acquire in read().
    SharedMemory.getAndAddLong(header, DISCARDED, messages);
  }

  void addReturned(long messages) {
    // Partner: the acquire in read().
    SharedMemory.getAndAddLong(header, RETURNED, messages);
  }

  /**
   * Reads them.
   *
   * @return the figures
   */
  public Recovered read() {
    // Partners: the writes above. The deaths first, see addDeath().
    long deaths = SharedMemory.getLongAcquire(header, DEATHS);
    return new Recovered(
        deaths,
        SharedMemory.getLongAcquire(header, DISCARDED),
        SharedMemory.getLongAcquire(header, RETURNED),
        Duration.ofNanos(Math.max(0, SharedMemory.getLongAcquire(header, LAST_RECLAIM))));
  }
}
