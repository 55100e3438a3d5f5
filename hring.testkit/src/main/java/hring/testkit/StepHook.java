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

  /** The first action at the step, or null if there is none. */
  private final Runnable other;

  private long remaining;
  private volatile String place;

  private StepHook(long step, boolean dies, Runnable other) {
    this.remaining = step;
    this.dies = dies;
    this.other = other;
  }

  /** Lets the calling thread die just before its n-th access. */
  static StepHook dieAt(long step) {
    return arm(new StepHook(step, true, null));
  }

  /** Stops the calling thread just before its n-th access, until {@link #resume}. */
  static StepHook stopAt(long step) {
    return arm(new StepHook(step, false, null));
  }

  /** Lets the calling thread do something else just before its n-th access, and die there. */
  static StepHook dieAt(long step, Runnable other) {
    return arm(new StepHook(step, true, other));
  }

  /** Lets the calling thread do something else just before its n-th access, and then go on. */
  static StepHook interruptAt(long step, Runnable other) {
    return arm(new StepHook(step, false, other));
  }

  /** Returns the hook of the calling thread, or null. */
  static StepHook armed() {
    return Activity.current().hook();
  }

  /** Arms a hook for the calling thread, in place of any other; null for none. */
  static StepHook arm(StepHook hook) {
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
    if (other != null && remaining == 0) {
      // Its own accesses are not counted.
      disarm();
      other.run();
      arm(this);
    }
    if (other != null && !dies) {
      return;
    }
    // A scene that does something there knows itself where it is.
    if (place == null && other == null) {
      place = findPlace();
    }
    if (dies) {
      // At every later access, too: in a dead process no finally block would run.
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

  /** Returns how many accesses are left until the step; asked by the thread itself. */
  long remaining() {
    return remaining;
  }

  /** Returns whether it has come to the step; asked by the thread itself. */
  boolean isReached() {
    return remaining <= 0;
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
