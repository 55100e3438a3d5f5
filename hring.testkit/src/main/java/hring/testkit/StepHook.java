package hring.testkit;

import java.util.concurrent.CountDownLatch;

/**
 * What every access to shared memory calls first, where {@link SteppingLoader} loaded it. One
 * thread is watched at a time; all others pass.
 */
public final class StepHook {
  /** The watched thread is dead: it must not touch shared memory any more. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1L;

    Died() {
      super("died here", null, false, false);
    }
  }

  private static volatile StepHook armed;

  private final Thread watched = Thread.currentThread();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final boolean dies;
  private long remaining;
  private volatile boolean held;

  private StepHook(long step, boolean dies) {
    this.remaining = step;
    this.dies = dies;
  }

  /** Lets the calling thread die just before its n-th access. */
  static void dieAt(long step) {
    armed = new StepHook(step, true);
  }

  /** Stops the calling thread just before its n-th access, until {@link #resume}. */
  static StepHook stopAt(long step) {
    StepHook hook = new StepHook(step, false);
    armed = hook;
    return hook;
  }

  static void disarm() {
    armed = null;
  }

  /** Called by the patched SharedMemory. */
  public static void step() {
    StepHook hook = armed;
    if (hook != null && hook.watched == Thread.currentThread()) {
      hook.count();
    }
  }

  private void count() {
    if (--remaining > 0) {
      return;
    }
    if (dies) {
      // At every later access too: what runs in a finally block would not run in a dead process.
      throw new Died();
    }
    if (remaining == 0) {
      held = true;
      stopped.countDown();
      await(goOn);
    }
  }

  /** Waits until the watched thread has stopped or, by {@link #finished}, has come to its end. */
  void awaitStop() {
    await(stopped);
  }

  /** Tells, after {@link #awaitStop}, whether the thread stopped, and did not come to its end. */
  boolean isStopped() {
    return held;
  }

  void finished() {
    stopped.countDown();
  }

  void resume() {
    goOn.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in the middle of a stepped operation", e);
    }
  }
}
