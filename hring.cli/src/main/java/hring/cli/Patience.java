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

  /** A stream that meets a full pool goes on within this time. */
  private static final long SHORT_SLEEP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  /** A wait longer than this is not part of a stream, and polling costs next to nothing then. */
  private static final long LONG_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long LONG_SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(15);

  private final Sender sender;

  /** Null waits for ever. */
  private final Duration limit;

  private final Runnable check;

  /**
   * Creates a way to wait.
   *
   * @param sender whose receivers are waited for
   * @param limit how long to wait while no receiver is attached, or null for ever
   * @param check is run every 20 ms while it waits, and throws if waiting is in vain
   */
  Patience(Sender sender, Duration limit, Runnable check) {
    this.sender = sender;
    this.limit = limit;
    this.check = check;
  }

  /**
   * Waits until a condition holds.
   *
   * @throws Failure if no receiver was attached for the whole of the limit, or the thread is
   *     interrupted
   */
  void until(BooleanSupplier condition) {
    int spins = 0;
    long start = System.nanoTime();
    long looked = start;
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
      boolean isLong = System.nanoTime() - start > LONG_WAIT_NANOS;
      LockSupport.parkNanos(isLong ? LONG_SLEEP_NANOS : SHORT_SLEEP_NANOS);
      long now = System.nanoTime();
      if (now - looked < LOOK_NANOS) {
        continue;
      }
      looked = now;
      check.run();
      if (limit == null || sender.receivers() > 0) {
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
