package hring.testkit;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** Ends a test that hangs, with the stack of what hung. */
final class Watchdog {
  private static final long SECONDS = 300;

  private Watchdog() {}

  /** Far longer than anything here takes: only what never ends reaches it. */
  static Duration limit() {
    return Duration.ofSeconds(Long.getLong("hring.testkit.watchdog", SECONDS));
  }

  /** Runs something that may not take longer than {@link #limit}. */
  static void run(Runnable task) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .name("watched")
            .daemon()
            .uncaughtExceptionHandler((_, thrown) -> failure.set(thrown))
            .start(task);
    try {
      if (!thread.join(limit())) {
        AssertionError late =
            new AssertionError(
                "it did not end within "
                    + limit()
                    + ":\n\tat "
                    + Arrays.stream(thread.getStackTrace())
                        .map(StackTraceElement::toString)
                        .collect(Collectors.joining("\n\tat ")));
        // What waits gives up and cleans up; what spins goes on, unless it looks.
        thread.interrupt();
        throw late;
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
}
