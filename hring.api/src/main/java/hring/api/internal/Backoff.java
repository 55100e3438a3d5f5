package hring.api.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for another process in steps that grow from a spin to a short sleep, until a deadline. */
public final class Backoff {
  private static final int SPINS = 1_000;
  private static final long SLEEP = TimeUnit.MICROSECONDS.toNanos(50);

  private final long start = System.nanoTime();
  private final long nanos;
  private int steps;

  /**
   * Starts the clock.
   *
   * @param timeout how long to wait at most; more than 292 years is for ever
   */
  public Backoff(Duration timeout) {
    nanos = nanos(timeout);
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
   * Waits a little.
   *
   * @return false if time is up or the thread is interrupted; the interrupt stays set
   */
  public boolean step() {
    if (System.nanoTime() - start >= nanos || Thread.currentThread().isInterrupted()) {
      return false;
    }
    if (steps < SPINS) {
      steps++;
      Thread.onSpinWait();
    } else {
      LockSupport.parkNanos(SLEEP);
    }
    return true;
  }
}
