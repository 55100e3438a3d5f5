package hring.testkit;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;

/** A thread that stops before one of the accesses of what it does, and goes on when it is told. */
final class StoppedThread {
  /** How long a thread that neither ends nor waits may be busy until it is taken to spin. */
  private static final long PATIENCE_NANOS = 50_000_000;

  /** The same for one that is not even busy: it waits outside of the JVM, or gets no processor. */
  private static final int PATIENCE_TICKS = 1000;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Thread thread;
  private final CountDownLatch armed = new CountDownLatch(1);
  private volatile StepHook hook;
  private volatile Activity activity;
  private long result;
  private Throwable failure;

  private StoppedThread(LongSupplier operation, long step) {
    thread =
        Thread.ofPlatform()
            .daemon()
            .unstarted(
                () -> {
                  activity = Activity.current();
                  hook = StepHook.stopAt(step);
                  armed.countDown();
                  try {
                    result = operation.getAsLong();
                  } catch (RuntimeException | Error e) {
                    failure = e;
                  } finally {
                    Activity.forget();
                    hook.finished();
                  }
                });
  }

  /** Starts one, and returns when it has stopped or come to its end. */
  static StoppedThread start(LongSupplier operation, long step) {
    StoppedThread started = new StoppedThread(operation, step);
    started.thread.start();
    try {
      started.armed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    if (step != Long.MAX_VALUE) {
      started.hook.awaitStop();
    }
    return started;
  }

  StepHook hook() {
    return hook;
  }

  boolean wasStopped() {
    return hook.isStopped();
  }

  void resume() {
    hook.resume();
  }

  /** Lets it die at its next access to memory. */
  void kill() {
    activity.kill();
    hook.resume();
  }

  /** Waits for the end of one that was killed. */
  void awaitDeath() {
    join(0);
    if (failure != null && !(failure instanceof StepHook.Died)) {
      throw new AssertionError("it threw " + failure, failure);
    }
  }

  /** Waits until it has come to its end, waits for another thread or seems to spin. */
  void awaitEndOrWait() {
    // Its own time, not that of the clock: on a busy machine it may wait long for a processor, and
    // whoever went on without it would test nothing.
    for (int tick = 0;
        tick < PATIENCE_TICKS && THREADS.getThreadCpuTime(thread.threadId()) < PATIENCE_NANOS;
        tick++) {
      join(1);
      switch (thread.getState()) {
        case TERMINATED, BLOCKED, WAITING, TIMED_WAITING -> {
          return;
        }
        default -> {}
      }
    }
  }

  private void join(long millis) {
    try {
      thread.join(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Waits for its end, and returns what the operation returned. */
  long result() {
    join(0);
    if (failure != null) {
      throw new AssertionError("it threw " + failure, failure);
    }
    return result;
  }

  /** Waits for its end, and returns whether it threw an exception of this kind; no other may be. */
  boolean isRefused(Class<? extends RuntimeException> kind) {
    join(0);
    if (kind.isInstance(failure)) {
      return true;
    }
    result();
    return false;
  }
}
