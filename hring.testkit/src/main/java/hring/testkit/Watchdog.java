package hring.testkit;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** Ends a test that hangs, with the stack of what hung. */
final class Watchdog {
  /** Far longer than anything here takes: only what never ends reaches it. */
  static final Duration LIMIT = Duration.ofSeconds(Long.getLong("hring.testkit.watchdog", 60));

  private Watchdog() {}

  /** Runs something that may not take longer than {@link #LIMIT}. */
  static void run(Runnable task) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .name("watched")
            .daemon()
            .uncaughtExceptionHandler((_, thrown) -> failure.set(thrown))
            .start(task);
    try {
      if (!thread.join(LIMIT)) {
        throw new AssertionError(
            "it did not end within "
                + LIMIT
                + ":\n\tat "
                + Arrays.stream(thread.getStackTrace())
                    .map(StackTraceElement::toString)
                    .collect(Collectors.joining("\n\tat ")));
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
