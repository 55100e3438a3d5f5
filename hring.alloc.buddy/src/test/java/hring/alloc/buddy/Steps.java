package hring.alloc.buddy;

/** Counts a participant's accesses to the tree, and does something once before the n-th. */
final class Steps implements Runnable {
  /** Thrown in the middle of an operation: the participant is dead from here on. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private long left;
  private Runnable action;

  private Steps(long left, Runnable action) {
    this.left = left;
    this.action = action;
  }

  static Steps none() {
    return new Steps(0, null);
  }

  /** From now on the n-th access is preceded by the action. */
  void before(long n, Runnable newAction) {
    left = n;
    action = newAction;
  }

  void killBefore(long n) {
    before(
        n,
        () -> {
          throw new Killed();
        });
  }

  /** Returns whether the action has been done. */
  boolean done() {
    return left <= 0;
  }

  @Override
  public void run() {
    if (--left == 0) {
      action.run();
    }
  }
}
