package hring.api.internal.attach;

import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** A task that an executor runs when the signal is raised, and again while it stays raised. */
public final class ReadyTask implements ReadyWatch.Signal {
  private final Executor executor;
  private final Runnable task;

  /** Counts how often the signal was raised. Written by the watch's thread. */
  private volatile long raises;

  private volatile ReadyWatch watch;
  private volatile boolean closed;

  /**
   * Creates the signal.
   *
   * @param executor runs tasks in the receiver's thread
   * @param task what to run
   */
  public ReadyTask(Executor executor, Runnable task) {
    this.executor = executor;
    this.task = task;
  }

  /**
   * Says whose signal this is. To be called before the watch begins.
   *
   * @param watch the watch
   */
  public void of(ReadyWatch watch) {
    this.watch = watch;
  }

  /**
   * Marked first: a task that finds nothing arms the watch, even if it runs before {@code execute}
   * returns.
   */
  @Override
  public void raise(BooleanSupplier mark) {
    if (!mark.getAsBoolean()) {
      return;
    }
    long raise = raises + 1;
    raises = raise;
    executor.execute(() -> run(raise));
  }

  private void run(long raise) {
    if (closed) {
      return;
    }
    try {
      task.run();
    } finally {
      runAgain(raise);
    }
  }

  private void runAgain(long raise) {
    // If it was armed and raised again meanwhile, another task is on its way.
    if (closed || !watch.isRaised() || raises != raise) {
      return;
    }
    try {
      executor.execute(() -> run(raise));
    } catch (RuntimeException | Error e) {
      watch.cannotTell(e);
    }
  }

  @Override
  public void lower() {
    // Nothing to take back: the task sees by itself that it need not run again.
  }

  @Override
  public void close() {
    closed = true;
  }
}
