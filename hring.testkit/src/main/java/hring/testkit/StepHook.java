package hring.testkit;

import java.util.concurrent.CountDownLatch;

/**
 * Ends or stops the thread that it is armed for before one of its accesses to memory. Accesses are
 * announced by {@link #step}, which a {@link SteppingLoader} puts in front of each.
 */
public final class StepHook {
  /** The thread is dead: it must not touch shared memory any more. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1L;

    Died() {
      super("died here", null, false, false);
    }
  }

  private static final String[] NOT_THE_AUTHORS = {"hring.testkit.", "hring.api."};

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final boolean dies;
  private long remaining;
  private volatile String place;

  private StepHook(long step, boolean dies) {
    this.remaining = step;
    this.dies = dies;
  }

  /** Lets the calling thread die just before its n-th access. */
  static StepHook dieAt(long step) {
    return arm(new StepHook(step, true));
  }

  /** Stops the calling thread just before its n-th access, until {@link #resume}. */
  static StepHook stopAt(long step) {
    return arm(new StepHook(step, false));
  }

  private static StepHook arm(StepHook hook) {
    Activity.arm(hook);
    return hook;
  }

  static void disarm() {
    Activity.arm(null);
  }

  /** Announces an access to memory. */
  public static void step() {
    Activity.current().access();
  }

  void count() {
    if (--remaining > 0) {
      return;
    }
    if (place == null) {
      place = findPlace();
    }
    if (dies) {
      // At every later access too: what runs in a finally block would not run in a dead process.
      throw new Died();
    }
    if (remaining == 0) {
      stopped.countDown();
      await(goOn);
    }
  }

  /** Returns where the thread died or stopped, as a line of the author's source. */
  String place() {
    return place;
  }

  /** Waits until the thread has stopped or, by {@link #finished}, has come to its end. */
  void awaitStop() {
    await(stopped);
  }

  /** Returns, after {@link #awaitStop}, whether the thread stopped, and did not come to its end. */
  boolean isStopped() {
    return place != null;
  }

  void finished() {
    stopped.countDown();
  }

  void resume() {
    goOn.countDown();
  }

  private static String findPlace() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> isTheAuthors(frame.getClassName()))
                    .findFirst()
                    .map(StackWalker.StackFrame::toStackTraceElement)
                    .map(StepHook::format)
                    .orElse("an unknown place"));
  }

  private static String format(StackTraceElement frame) {
    return frame.getClassName()
        + '.'
        + frame.getMethodName()
        + '('
        + frame.getFileName()
        + ':'
        + frame.getLineNumber()
        + ')';
  }

  private static boolean isTheAuthors(String className) {
    for (String prefix : NOT_THE_AUTHORS) {
      if (className.startsWith(prefix)) {
        return false;
      }
    }
    return true;
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
