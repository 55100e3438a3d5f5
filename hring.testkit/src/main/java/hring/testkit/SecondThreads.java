package hring.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Platform threads beside a test's own, which end with it. */
final class SecondThreads implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private final List<CompletableFuture<Void>> results = new ArrayList<>();

  void start(Runnable task) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    results.add(result);
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .uncaughtExceptionHandler((_, thrown) -> result.completeExceptionally(thrown))
            .start(
                () -> {
                  task.run();
                  result.complete(null);
                }));
  }

  /** Throws what one of them has thrown, and ends a test that its watchdog interrupts. */
  void requireNoFailure() {
    if (Thread.currentThread().isInterrupted()) {
      throw new AssertionError("interrupted by the watchdog");
    }
    results.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(this::join);
  }

  /** Waits until all have ended; throws what one of them has thrown. */
  void join() {
    results.forEach(this::join);
  }

  private void join(CompletableFuture<Void> result) {
    try {
      result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted by the watchdog", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new CompletionException(e.getCause());
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          // They are ending, and use memory that is unmapped next.
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
