package hring.testkit;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ends a test in which nothing goes on any more, and names the operation that does not come to an
 * end. No run time is limited: only the time in which no operation of an allocator begins.
 */
final class Watchdog {
  private static final long SECONDS = 10;

  /**
   * The watchdog counts its own ticks: while the whole JVM is stopped, it does not count either.
   */
  private static final Duration TICK = Duration.ofMillis(100);

  private Watchdog() {}

  /** Returns how long nothing may go on; operations of an allocator take microseconds. */
  static Duration limit() {
    return Duration.ofSeconds(Long.getLong("hring.testkit.watchdog", SECONDS));
  }

  /** Runs a task on a thread of its own, and gives up when nothing goes on in it. */
  static void run(Runnable task) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .name("watched")
            .daemon()
            .uncaughtExceptionHandler((_, thrown) -> failure.set(thrown))
            .start(
                () -> {
                  try {
                    task.run();
                  } finally {
                    Activity.forget();
                  }
                });
    try {
      long seen = -1;
      long idle = 0;
      while (!thread.join(TICK)) {
        long begun = Activity.begun();
        idle = begun == seen ? idle + TICK.toMillis() : 0;
        seen = begun;
        if (idle >= limit().toMillis()) {
          throw hang(thread);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a check", e);
    }
    // Partner: the end of the thread, which join() has seen.
    switch (failure.get()) {
      case null -> {}
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      case Throwable t -> throw new AssertionError(t);
    }
  }

  private static AssertionError hang(Thread thread) {
    String underWay = Activity.describeAll();
    AssertionError hang =
        new AssertionError(
            (underWay.isEmpty() ? "the test" : underWay)
                + "\ndid not go on for "
                + limit().toSeconds()
                + " s (-Dhring.testkit.watchdog); the test is at"
                + Activity.stack(thread),
            new TimeoutException("nothing went on"));
    // A thread that waits gives up; one that spins on stepped memory ends; any other spinning
    // thread goes on.
    Activity.endAll();
    thread.interrupt();
    return hang;
  }

  /** Returns whether a failure is that of something that did not go on. */
  static boolean isHang(Throwable failure) {
    // By a class of the JDK: the failure may come out of classes that were loaded once more.
    return failure.getCause() instanceof TimeoutException;
  }
}
