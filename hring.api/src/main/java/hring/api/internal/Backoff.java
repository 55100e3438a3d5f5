package hring.api.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for another process until a deadline: first it spins, for what comes at once; then it
 * sleeps, each time for a part of the time that it has waited so far. So what comes is seen at most
 * a sixteenth of the wait later, and 15 ms; and a long wait costs next to nothing.
 */
public final class Backoff {
  private static final int SPINS = 1_000;
  private static final long SHORTEST = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(15);
  private static final int PART = 16;

  private long start;
  private long nanos;
  private int steps;

  /** Creates a backoff that has to be started. */
  public Backoff() {}

  /**
   * Creates a backoff, and starts the clock.
   *
   * @param timeout how long to wait at most; more than 292 years is for ever
   */
  public Backoff(Duration timeout) {
    start(timeout);
  }

  /**
   * Starts the clock, for the first time or again.
   *
   * @param timeout how long to wait at most; more than 292 years is for ever
   * @return this
   */
  public Backoff start(Duration timeout) {
    nanos = nanos(timeout);
    start = System.nanoTime();
    steps = 0;
    return this;
  }

  /**
   * Expresses a time limit in nanoseconds.
   *
   * @param timeout any duration
   * @return its nanoseconds, {@link Long#MAX_VALUE} if they are more
   */
  public static long nanos(Duration timeout) {
    try {
      return timeout.toNanos();
    } catch (ArithmeticException e) {
      return timeout.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  /**
   * Returns the instant at which a time limit that begins now is over.
   *
   * @param timeout any duration
   * @return the instant, as {@link System#nanoTime} counts; at most 146 years ahead, so that it can
   *     be compared by subtracting
   */
  public static long deadline(Duration timeout) {
    return System.nanoTime() + Math.min(nanos(timeout), Long.MAX_VALUE / 2);
  }

  /**
   * Waits a little.
   *
   * @return false if time is up or the thread is interrupted; the interrupt stays set
   */
  public boolean step() {
    long waited = System.nanoTime() - start;
    if (waited >= nanos || Thread.currentThread().isInterrupted()) {
      return false;
    }
    if (steps < SPINS) {
      steps++;
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(Math.min(sleep(waited), nanos - waited));
    }
    return true;
  }

  private static long sleep(long waited) {
    return Math.max(SHORTEST, Math.min(LONGEST, waited / PART));
  }
}
