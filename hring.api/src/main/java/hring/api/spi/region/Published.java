package hring.api.spi.region;

import hring.api.RegionException;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How many entries, and how many messages, a sender has submitted, as a pair: where a receiver that
 * joins begins. For rings that deliver {@linkplain hring.api.Delivery#TO_EACH to each}.
 *
 * <p>There are two pairs, and a count whose lowest bit says which one holds. The sender writes the
 * other one, then raises the count. So a reader that finds the count unchanged after it read a pair
 * has read both halves of one; and it never waits for a sender that is stopped in between.
 */
public final class Published {
  private static final int MAX_RETRIES = 1_000_000;
  private static final long PAIRS = Long.BYTES;
  private static final long PAIR = 2L * Long.BYTES;

  private final Region region;
  private final MemorySegment header;

  // What was read last.
  private long entries;
  private long messages;

  /** How often the sender has published. */
  private long count;

  /**
   * Creates one participant's view.
   *
   * @param region the region
   */
  public Published(Region region) {
    this.region = region;
    header = region.headerMemory();
  }

  /**
   * Publishes a pair. Called by the sender alone, after it submitted.
   *
   * @param entries how many entries were submitted since the ring opened
   * @param messages how many messages they have
   */
  public void write(long entries, long messages) {
    long next = count + 1;
    long pair = pair(next);
    // Partner: the second acquire in read(): what is overwritten here was seen as past before.
    SharedMemory.storeFence();
    header.set(ValueLayout.JAVA_LONG, pair, entries);
    header.set(ValueLayout.JAVA_LONG, pair + Long.BYTES, messages);
    // Partner: the first acquire in read().
    SharedMemory.setLongRelease(header, HeaderLayout.PUBLISHED, next);
    count = next;
  }

  /**
   * Reads the pair.
   *
   * @throws RegionException if it never stops changing
   */
  public void read() {
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      // Partner: the release in write().
      long seen = SharedMemory.getLongAcquire(header, HeaderLayout.PUBLISHED);
      long pair = pair(seen);
      // Partner of both: the store fence in write(); nothing later is read before them.
      entries = SharedMemory.getLongAcquire(header, pair);
      messages = SharedMemory.getLongAcquire(header, pair + Long.BYTES);
      // Partner: the same release.
      if (SharedMemory.getLongAcquire(header, HeaderLayout.PUBLISHED) == seen) {
        return;
      }
    }
    throw new RegionException(
        "how much was submitted to "
            + region.file()
            + " never stops changing: a process damages the region; close the ring and open it"
            + " anew");
  }

  private static long pair(long count) {
    return HeaderLayout.PUBLISHED + PAIRS + (count & 1) * PAIR;
  }

  /**
   * Returns how many entries there were when {@link #read} was called last.
   *
   * @return the number since the ring opened
   */
  public long entries() {
    return entries;
  }

  /**
   * Returns how many messages these entries have.
   *
   * @return the number since the ring opened
   */
  public long messages() {
    return messages;
  }
}
