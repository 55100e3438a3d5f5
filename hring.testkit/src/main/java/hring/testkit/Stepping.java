package hring.testkit;

import java.util.function.Consumer;

/**
 * Stops, or ends, a participant before one of its accesses to shared memory: for scenes that an
 * author thinks up, in addition to those of {@link CrashContract}.
 *
 * <p>The scenes are a class of their own, which {@link #run} loads once more, with a call in front
 * of each access; the other methods work inside it only, each for the accesses of the calling
 * thread. A scene on one thread repeats exactly.
 *
 * <pre>{@code
 * final class Scenes implements Consumer<String> {
 *   public void accept(String what) {
 *     for (long n = 1; Stepping.dieAt(n, () -> allocator.free(block)); n++) {
 *       ...
 *     }
 *   }
 * }
 *
 * @Test
 * void deathInFree() {
 *   Stepping.run(Scenes.class, "free");
 * }
 * }</pre>
 */
public final class Stepping {
  private Stepping() {}

  /**
   * Runs scenes in which each access to memory is a step.
   *
   * @param scenes a class with a constructor without parameters; neither need be public
   * @param what given to it: only classes of the JDK can be, as all others are loaded once more
   * @throws AssertionError if the scenes throw it, or if some access of theirs cannot be stepped
   */
  public static void run(Class<? extends Consumer<String>> scenes, String what) {
    SteppingLoader loader = SteppingLoader.of(scenes);
    try {
      @SuppressWarnings("unchecked")
      Consumer<String> stepped =
          (Consumer<String>) PoolWorkerMain.instance(scenes.getName(), loader);
      stepped.accept(what);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot make " + scenes.getName(), e);
    }
    loader.requireAllSeen(null);
  }

  /**
   * Counts accesses.
   *
   * @param operation what is done
   * @return how many accesses to memory it makes
   */
  public static long count(Runnable operation) {
    requireStepped();
    StepHook hook = StepHook.dieAt(Long.MAX_VALUE);
    try {
      operation.run();
      return Long.MAX_VALUE - hook.remaining();
    } finally {
      StepHook.disarm();
    }
  }

  /**
   * Does something, and dies before one of its accesses: nothing of it takes place from there on,
   * not even what stands in a {@code finally} block.
   *
   * @param access which one, from 1
   * @param operation what is done
   * @return false if it makes fewer accesses, and so came to its end
   */
  public static boolean dieAt(long access, Runnable operation) {
    return dieAt(access, () -> {}, operation);
  }

  /**
   * Does something, and before one of its accesses something else, and then dies there.
   *
   * @param access which one, from 1
   * @param other what is done there first; its own accesses do not count
   * @param operation what is done
   * @return false if it makes fewer accesses, and so came to its end
   */
  public static boolean dieAt(long access, Runnable other, Runnable operation) {
    requireStepped();
    StepHook outer = StepHook.armed();
    StepHook.dieAt(access, other);
    try {
      operation.run();
      return false;
    } catch (StepHook.Died e) {
      return true;
    } finally {
      StepHook.arm(outer);
    }
  }

  /**
   * Does something, and something else before one of its accesses.
   *
   * @param access which one, from 1
   * @param other what is done there; its own accesses do not count, and it may {@link #dieAt die}
   * @param operation what is done, and goes on afterwards
   * @return false if it makes fewer accesses, and so the other thing was not done
   */
  public static boolean interruptAt(long access, Runnable other, Runnable operation) {
    requireStepped();
    StepHook outer = StepHook.armed();
    StepHook hook = StepHook.interruptAt(access, other);
    try {
      operation.run();
      return hook.isReached();
    } finally {
      StepHook.arm(outer);
    }
  }

  private static void requireStepped() {
    if (!SteppingLoader.NAME.equals(Stepping.class.getClassLoader().getName())) {
      throw new IllegalStateException(
          "accesses are steps inside Stepping.run(...) only: call it from a scene there");
    }
  }
}
