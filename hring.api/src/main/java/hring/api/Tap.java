package hring.api;

import hring.api.internal.Backoff;
import hring.api.internal.naming.RingEnd;
import hring.api.internal.tap.TapReader;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Looks on at a ring without taking part in it. A tap needs no more than to read the region's file
 * ({@link SenderBuilder#mode mode("rw-r-----")}, {@link SenderBuilder#group}); it is no receiver,
 * nobody waits for it, and nobody sees it.
 *
 * <p><b>Each message is shown whole or not at all</b>, as a copy, in the order of sending. A tap
 * begins with the oldest message that still stands. It misses what is overwritten before it is
 * copied, and {@link #missed} counts that. Which messages those are depends on the ring:
 *
 * <ul>
 *   <li>In a ring that delivers {@linkplain Delivery#TO_EACH to each}, a message stands until the
 *       sender frees it. It does so when every receiver has passed it, and then not at once: when
 *       512 messages more were sent, when the pool or the ring is full, when a receiver is evicted,
 *       or when it waits until all are taken or handled. A tap that keeps up with the sender sees
 *       all of them.
 *   <li>Where receivers compete ({@link Delivery#TO_ONE}), a message stands until one of them
 *       claims it: from then on it is the receiver's, which may write to it. A tap sees what waits
 *       in the ring, and next to nothing of what receivers take at once. It does not see again what
 *       comes back from a receiver.
 * </ul>
 *
 * <p>A tap learns by the clock that there is something: it sleeps for a sixteenth of the time for
 * which nothing has come, 50 microseconds at least and 50 milliseconds at most.
 *
 * <p><b>Threads.</b> A tap belongs to the thread that opened it, which may be a virtual one. After
 * {@link #close} every method throws {@link IllegalStateException}, except for another {@code
 * close}.
 */
public final class Tap implements AutoCloseable {
  private static final int SLEEP_PART = 16;
  private static final long SHORTEST_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long LONGEST_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** How often to look whether the sender is alive, which takes a system call. */
  private static final long LIVENESS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final String name;
  private final TapReader reader;
  private final Region region;
  private final Thread owner = Thread.currentThread();

  /** When there was something last, or this tap began. */
  private long idleSince = System.nanoTime();

  private long lookedAt = idleSince;

  /** How the ring ended; null before. */
  private StreamEnd end;

  private boolean handling;
  private boolean closed;

  Tap(String name, TapReader reader) {
    this.name = name;
    this.reader = reader;
    region = reader.region();
  }

  private void check() {
    if (Thread.currentThread() != owner) {
      throw new WrongThreadException(
          "a tap of '"
              + name
              + "' belongs to "
              + owner
              + ", and was called by "
              + Thread.currentThread());
    }
    if (closed) {
      throw new IllegalStateException("a tap of '" + name + "' is closed");
    }
    if (handling) {
      throw new IllegalStateException(
          "a tap cannot be called by its message handler: it returns first");
    }
  }

  /**
   * Shows the messages that are there and still stand, oldest first. Does not wait.
   *
   * @param handler gets a copy of each, valid until it returns; if it throws, the next call goes on
   *     with the message after it
   * @param limit how many messages at most, at least 1
   * @return how many were shown, 0 if there was none, or none could be copied before it was
   *     overwritten
   * @throws RegionException if another process has damaged the region
   * @throws OutOfMemoryError if there is no room for a copy: the largest message shown has to fit
   *     into the memory outside of the heap ({@code -XX:MaxDirectMemorySize})
   */
  public int poll(Consumer<MemorySegment> handler, int limit) {
    check();
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit + " is not positive");
    }
    int shown = 0;
    handling = true;
    try {
      MemorySegment message;
      while (shown < limit && (message = reader.next()) != null) {
        shown++;
        handler.accept(message);
      }
    } catch (InternalError e) {
      throw region.fault(e);
    } finally {
      handling = false;
    }
    if (shown > 0) {
      idleSince = System.nanoTime();
    }
    return shown;
  }

  /**
   * Waits until there is a message or none can come any more.
   *
   * @param timeout how long to wait at most
   * @return false if time is up, or the thread was interrupted; the interrupt stays set
   * @throws RegionException if another process has damaged the region
   */
  public boolean await(Duration timeout) {
    check();
    long nanos = Backoff.nanos(timeout);
    long start = System.nanoTime();
    try {
      while (!reader.hasNext()) {
        long now = System.nanoTime();
        if (isLookDue(now) && isOver()) {
          return true;
        }
        long left = nanos - (now - start);
        if (left <= 0 || Thread.currentThread().isInterrupted()) {
          return false;
        }
        long sleep = (now - idleSince) / SLEEP_PART;
        LockSupport.parkNanos(
            Math.min(left, Math.clamp(sleep, SHORTEST_SLEEP_NANOS, LONGEST_SLEEP_NANOS)));
      }
      idleSince = System.nanoTime();
      return true;
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  private boolean isLookDue(long now) {
    if (now - lookedAt < LIVENESS_NANOS && !RingEnd.isMarked(region)) {
      return false;
    }
    lookedAt = now;
    return true;
  }

  /**
   * In this order: what the sender submitted before it ended is seen when looked for afterwards.
   */
  private boolean isOver() {
    if (end == null && RingEnd.hasEnded(region) && !reader.hasNext()) {
      end = RingEnd.of(region);
    }
    return end != null;
  }

  /**
   * Returns whether more messages can come. May make a system call.
   *
   * @return {@link StreamState#OPEN} as long as the sender has not ended, or there is still
   *     something to see; else how it ended
   * @throws RegionException if another process has damaged the region
   */
  public StreamState state() {
    check();
    try {
      return isOver() ? end.state() : StreamState.OPEN;
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Returns how the ring ended.
   *
   * @return the end, when {@link #state} has found it; empty before
   */
  public Optional<StreamEnd> lastEnd() {
    check();
    return Optional.ofNullable(end);
  }

  /**
   * Returns how many messages were missed, by the sender's own count: those submitted since this
   * tap was opened that it has not shown. What waits to be shown by the next {@link #poll} counts
   * as missed until then; at the end of the ring the number is final.
   *
   * <p>Where receivers compete, it is exact if nothing was submitted while this tap was being
   * opened; otherwise those messages may be counted or not.
   *
   * @return the number
   * @throws RegionException if another process has damaged the region
   */
  public long missed() {
    check();
    try {
      return reader.missed();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /** Unmaps the region. Does nothing if it was closed before. */
  @Override
  public void close() {
    if (!closed) {
      check();
      closed = true;
      reader.close();
    }
  }
}
