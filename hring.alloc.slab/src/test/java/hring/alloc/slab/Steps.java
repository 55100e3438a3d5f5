package hring.alloc.slab;

/**
 * Counts accesses to shared memory, and does something once before the n-th. Used only by classes
 * that a {@link SteppedLoader} loaded, on one thread.
 */
public final class Steps {
  /** Thrown in the middle of an operation: the participant is dead from here on. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private static long accesses;
  private static int left;
  private static Runnable action;
  private static boolean killed;

  private Steps() {}

  /** Called by the patched SharedMemory at the start of each access. */
  public static void next() {
    accesses++;
    if (killed) {
      // Blocks like finally must not go on either: a dead process does not clean up.
      throw new Killed();
    }
    if (action != null && --left == 0) {
      Runnable due = action;
      action = null;
      due.run();
    }
  }

  /** Returns how many accesses an operation makes. */
  static long count(Runnable operation) {
    long before = accesses;
    operation.run();
    return accesses - before;
  }

  /**
   * Runs an operation and kills it before its n-th access.
   *
   * @return false if the operation has fewer
   */
  static boolean killAt(int n, Runnable operation) {
    return killAt(n, () -> {}, operation);
  }

  /**
   * Runs an operation, does something else before its n-th access, and kills it there.
   *
   * @return false if the operation has fewer
   */
  static boolean killAt(int n, Runnable before, Runnable operation) {
    try {
      return interruptAt(
          n,
          () -> {
            before.run();
            killNow();
          },
          operation);
    } catch (Killed e) {
      return true;
    } finally {
      killed = false;
    }
  }

  /**
   * Runs an operation, and something else before its n-th access.
   *
   * @return false if the operation has fewer
   */
  static boolean interruptAt(int n, Runnable other, Runnable operation) {
    left = n;
    action = other;
    try {
      operation.run();
      return action == null;
    } finally {
      action = null;
    }
  }

  private static void killNow() {
    killed = true;
    throw new Killed();
  }
}
