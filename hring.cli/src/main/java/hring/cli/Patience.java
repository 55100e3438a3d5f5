package hring.cli;

import hring.api.Sender;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for what only receivers can bring about, for as long as at least one is attached, and for a
 * limited time (or for ever) while there is none.
 */
final class Patience {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int SPINS = 2_000;
  private static final long SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final Sender sender;

  /** Null waits for ever. */
  private final Duration limit;

  Patience(Sender sender, Duration limit) {
    this.sender = sender;
    this.limit = limit;
  }

  /**
   * Waits until a condition holds.
   *
   * @throws Failure if no receiver was attached for the whole of the limit, or the thread is
   *     interrupted
   */
  void until(BooleanSupplier condition) {
    int spins = 0;
    long looked = System.nanoTime();
    long lonelySince = 0;
    boolean lonely = false;
    while (!condition.getAsBoolean()) {
      if (Thread.currentThread().isInterrupted()) {
        throw Failure.interrupted();
      }
      if (spins++ < SPINS) {
        Thread.onSpinWait();
        continue;
      }
      LockSupport.parkNanos(SLEEP_NANOS);
      long now = System.nanoTime();
      if (limit == null || now - looked < LOOK_NANOS) {
        continue;
      }
      looked = now;
      if (sender.receivers() > 0) {
        lonely = false;
      } else if (!lonely) {
        lonely = true;
        lonelySince = now;
      } else if (Duration.ofNanos(now - lonelySince).compareTo(limit) >= 0) {
        throw new Failure(
            ExitCode.NOT_THERE,
            "no receiver was attached for "
                + limit.toMillis()
                + " ms; start one with 'hring recv', or wait longer with --wait");
      }
    }
  }
}
