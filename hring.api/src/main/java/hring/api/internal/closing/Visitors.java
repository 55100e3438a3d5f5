package hring.api.internal.closing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts the threads that are in the middle of a method that any thread may call, so that what the
 * method works on is not taken down under them. May be used by any thread.
 */
public final class Visitors {
  /** Added once, when nobody may enter any more: the count is negative from then on. */
  private static final int CLOSED = Integer.MIN_VALUE;

  private static final long PAUSE_NANOS = 100_000;

  private final AtomicInteger count = new AtomicInteger();

  /** Creates a count of nobody. */
  public Visitors() {}

  /**
   * Begins a visit, to be ended by {@link #exit}.
   *
   * @return false if nobody may enter any more; then there is no visit to end. Who gets that sees
   *     everything that was done before {@link #close}
   */
  public boolean enter() {
    if (count.incrementAndGet() > 0) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }

  /** Ends a visit. */
  public void exit() {
    count.decrementAndGet();
  }

  /** Lets nobody enter any more. Does nothing if it was closed before. */
  public void close() {
    count.getAndUpdate(seen -> seen < 0 ? seen : seen + CLOSED);
  }

  /**
   * Returns how many are in the middle of a method. Who sees 0 after {@link #close} sees everything
   * that they did.
   *
   * @return the number
   */
  public int count() {
    return count.get() & ~CLOSED;
  }

  /**
   * Waits until nobody is in the middle of a method.
   *
   * @param deadline when to give up, as {@link System#nanoTime} counts
   * @return false if somebody still is
   */
  public boolean awaitNone(long deadline) {
    while (count() > 0) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }
}
