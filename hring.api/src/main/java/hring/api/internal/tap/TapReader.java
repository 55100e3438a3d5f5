package hring.api.internal.tap;

import hring.api.Address;
import hring.api.Delivery;
import hring.api.RegionException;
import hring.api.internal.Providers;
import hring.api.internal.batch.SliceCache;
import hring.api.internal.naming.Users;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Published;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Entries;
import hring.api.spi.transport.EntryReader;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Reads the messages of a ring in their order, as far as they stand still, from a region that is
 * mapped to read only. Used by one thread.
 *
 * <p><b>A message stands</b> as long as the claim cursor has not passed it. Until then nobody
 * writes to it, to its list or to its entry:
 *
 * <ol>
 *   <li>Where receivers compete, the cursor passes a message when one of them claims it. From then
 *       on it is that receiver's, which may write to it, and frees it.
 *   <li>Where each gets all, the sender moves the cursor before it frees what all have passed.
 * </ol>
 *
 * So each message is copied first; then the cursor is read; and the copy is shown only if the
 * message was not passed. Otherwise reading goes on where the cursor is: at the oldest message that
 * stands.
 */
public final class TapReader implements AutoCloseable {
  /** How often {@link #next} tries in vain before it says that there is nothing. */
  private static final int MAX_TRIES = 1000;

  /**
   * How long it may take from one comparison of the position with the cursor to the next. They can
   * be compared if the cursor has moved by less than half a turn since they were compared last;
   * even at 1 ns an entry, that takes more than twice as long.
   */
  private static final long MAX_GAP_NANOS = TimeUnit.MINUTES.toNanos(30);

  private final Region region;
  private final Entries entries;
  private final EntryReader reader;
  private final ClaimCursor cursor;
  private final PoolGeometry geometry;
  private final SliceCache view;
  private final Published published;
  private final CopyBuffer buffer = new CopyBuffer();
  private final long[] address = new long[1];

  /** Where the next message is. */
  private long position;

  /** The cursor with which the position was compared last. */
  private long seen;

  /** When that was. */
  private long comparedAt = System.nanoTime();

  /** Where that begins which was submitted after this tap had begun. */
  private final long begin;

  /** How many messages had been submitted before. */
  private final long before;

  /** Whether the position has reached {@link #begin}. */
  private boolean begun;

  /** How many messages were read that were submitted since. */
  private long read;

  TapReader(Region region, Entries entries) {
    this.region = region;
    this.entries = entries;
    reader = new EntryReader(region, entries);
    cursor = region.claimCursor();
    geometry = region.header().geometry();
    view = new SliceCache(region, 1);
    seen = cursor.read();
    position = ClaimCursor.position(seen);
    if (region.header().delivery() == Delivery.TO_EACH) {
      published = new Published(region);
      published.read();
      begin = ClaimCursor.position(published.entries(), 0);
      before = published.messages();
    } else {
      published = null;
      begin = endOfWaiting();
      before = submitted();
    }
  }

  /**
   * Attaches to a region, to read only: no lock, no slot.
   *
   * @param file the region's file
   * @param uid the user that it must belong to
   * @return a reader, at the oldest message that stands
   * @throws hring.api.ProviderException if the ring's transport is not present here
   * @throws RegionException if the region may not be opened, or is not sound
   * @throws hring.api.TransportException if the ring cannot be looked at
   */
  public static TapReader open(Path file, long uid) {
    Region region = Region.attach(file, false);
    try {
      Users.requireOwner(region, uid);
      Entries entries =
          Providers.transport(region.header().transport(), region.header().transportOptions())
              .entries(region);
      return new TapReader(region, entries);
    } catch (InternalError e) {
      throw undo(region, region.fault(e));
    } catch (IllegalArgumentException e) {
      throw undo(region, new RegionException(file + " is not sound: " + e.getMessage(), e));
    } catch (RuntimeException e) {
      throw undo(region, e);
    } catch (Error e) {
      throw undo(region, e);
    }
  }

  private static <T extends Throwable> T undo(Region region, T cause) {
    region.discard(null, cause);
    return cause;
  }

  /** Returns the end of what is posted: a ring's length from the cursor at most. */
  private long endOfWaiting() {
    long[] addresses = new long[Claims.MAX_CLAIM];
    long end = position;
    while (ClaimCursor.beyond(ClaimCursor.count(end), ClaimCursor.count(position))
        < entries.size()) {
      int posted = entries.postedBeyond(ClaimCursor.count(end), addresses.length + 1);
      if (posted <= 0 || posted > entries.size()) {
        break;
      }
      reader.read(addresses, end, addresses.length, posted);
      if (reader.end() == end) {
        break;
      }
      end = reader.end();
    }
    return end;
  }

  /**
   * Returns the region.
   *
   * @return the region, which cannot be written to
   */
  public Region region() {
    return region;
  }

  /**
   * Returns whether there seems to be a message.
   *
   * @return false if everything that was submitted was read or passed
   */
  public boolean hasNext() {
    skipPassed();
    int posted = posted();
    return posted != 0
        && (posted != 1 || reader.isThere(entries.entry(ClaimCursor.count(position)), position));
  }

  /**
   * Reads the next message.
   *
   * @return a copy, valid until the next call; null if there is none, or none could be read before
   *     it was passed
   * @throws RegionException if the ring is damaged
   */
  public MemorySegment next() {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      skipPassed();
      int posted = posted();
      if (posted == 0) {
        return null;
      }
      if (posted < 0 || posted > entries.size()) {
        requireSkipped(posted);
        continue;
      }
      reader.read(address, position, 1, posted);
      MemorySegment copy = reader.length() == 1 ? copy(address[0]) : null;
      // Partner: the store fence in ClaimCursor.pass(), or the compare-and-set in tryMove(). If
      // what was copied was written later, the cursor is seen beyond it.
      SharedMemory.loadFence();
      if (skipPassed()) {
        continue;
      }
      if (reader.end() == position) {
        // A piece that goes on later.
        return null;
      }
      begun = begun || !ClaimCursor.isBefore(position, begin);
      position = reader.end();
      if (copy != null) {
        read += begun ? 1 : 0;
        return copy;
      }
    }
    return null;
  }

  /** Returns how many entries there are from the position on, or 2 if there are more. */
  private int posted() {
    long count = ClaimCursor.count(position);
    // No ring has more beyond the cursor; a damaged one might, and never come to an end.
    boolean more = ClaimCursor.beyond(count, ClaimCursor.count(seen)) < entries.size();
    return more ? entries.postedBeyond(count, 2) : 0;
  }

  /** Returns a copy of a message; null if there is none at this address. */
  private MemorySegment copy(long message) {
    return reader.isPacked() || geometry.contains(message)
        ? buffer.copy(view.pool(), view.offset(message), Address.length(message))
        : null;
  }

  /**
   * Goes on where the cursor is, if it has passed the position.
   *
   * @return whether it has
   */
  private boolean skipPassed() {
    seen = cursor.read();
    long now = System.nanoTime();
    boolean passed = ClaimCursor.isBefore(position, seen) || now - comparedAt > MAX_GAP_NANOS;
    if (passed) {
      position = ClaimCursor.position(seen);
    }
    comparedAt = now;
    return passed;
  }

  private void requireSkipped(int posted) {
    if (!skipPassed()) {
      throw new RegionException(
          "the ring of "
              + region.file()
              + " is damaged: "
              + posted
              + " entries beyond those that were read, it has "
              + entries.size()
              + "; no tap can go on");
    }
  }

  /**
   * Returns how many messages were not read, of those that were submitted since the tap began:
   * those included that are there still to be read.
   *
   * @return the number
   */
  public long missed() {
    return Math.max(0, submitted() - before - read);
  }

  private long submitted() {
    if (published == null) {
      return region.participants().submitted();
    }
    published.read();
    return published.messages();
  }

  /** Unmaps the region. */
  @Override
  public void close() {
    region.close();
  }
}
