package hring.testkit;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What a thread is doing to an allocator: so that whoever finds a thread that does not come to an
 * end can say in which operation it is.
 */
final class Activity {
  /**
   * An operation that makes more accesses than this is taken for an endless loop. The pools of the
   * contracts have a few thousand granules; who walks all of them a few times stays far below.
   */
  private static final long MOST_ACCESSES = 200_000;

  /** One for each thread that uses an allocator. */
  private static final Set<Activity> ALL = ConcurrentHashMap.newKeySet();

  private static final LongAdder BEGUN = new LongAdder();
  private static final ThreadLocal<Activity> CURRENT = ThreadLocal.withInitial(Activity::new);

  private static volatile Supplier<String> lastChange;

  private final Thread thread = Thread.currentThread();
  private volatile Supplier<String> operation;
  private volatile boolean ended;
  private long accesses;
  private StepHook hook;

  private Activity() {
    ALL.add(this);
  }

  /** Called by a thread that does not use an allocator any more. */
  static void forget() {
    ALL.remove(CURRENT.get());
    CURRENT.remove();
  }

  /** Returns the activity of the calling thread. */
  static Activity current() {
    return CURRENT.get();
  }

  /**
   * Says that something goes on, though no operation begins: for waits that have their own limit.
   */
  static void touch() {
    BEGUN.increment();
  }

  /** Returns how many operations have begun so far, on all threads. */
  static long begun() {
    return BEGUN.sum();
  }

  /**
   * Begins an operation.
   *
   * @return the operation that it is part of, or null: to be given to {@link #end}
   */
  static Supplier<String> begin(int owner, Supplier<String> operation) {
    Activity activity = CURRENT.get();
    Supplier<String> outer = activity.operation;
    if (outer == null) {
      activity.accesses = 0;
    }
    activity.operation = named(owner, operation);
    BEGUN.increment();
    return outer;
  }

  private static Supplier<String> named(int owner, Supplier<String> operation) {
    return () -> (owner == 0 ? "observer" : "participant " + owner) + ": " + operation.get();
  }

  /** Says that an operation begins that changes the pool. */
  static void changes(int owner, Supplier<String> operation) {
    lastChange = named(owner, operation);
  }

  /** Describes the change that began last on any thread since {@link #forgetChanges}, or "". */
  static String lastChange() {
    Supplier<String> last = lastChange;
    return last == null ? "" : last.get();
  }

  static void forgetChanges() {
    lastChange = null;
  }

  static void end(Supplier<String> outer) {
    CURRENT.get().operation = outer;
  }

  /** Arms a hook for the accesses of the calling thread, or disarms it with null. */
  static void arm(StepHook hook) {
    CURRENT.get().hook = hook;
  }

  /** Returns the hook of the thread, or null. */
  StepHook hook() {
    return hook;
  }

  /** Called before each access to memory, where the classes were loaded by a SteppingLoader. */
  void access() {
    dieIfKilled();
    if (operation != null && ++accesses > MOST_ACCESSES) {
      throw new AssertionError(
          this
              + " did not come to an end within "
              + MOST_ACCESSES
              + " accesses to memory; it waits for another participant, or loops for ever");
    }
    if (hook != null) {
      hook.count();
      // Killed while it was stopped: this access does not take place.
      dieIfKilled();
    }
  }

  private void dieIfKilled() {
    if (ended) {
      throw new StepHook.Died();
    }
  }

  /** Returns how many accesses the operation under way, or else the last one, has made. */
  long accesses() {
    return accesses;
  }

  /** Ends whatever this thread does at its next access, where accesses are stepped. */
  void kill() {
    ended = true;
  }

  /** Ends all operations under way at their next access, where accesses are stepped. */
  static void endAll() {
    ALL.forEach(Activity::kill);
  }

  /** Describes all operations that are under way, each with the stack of its thread. */
  static String describeAll() {
    return ALL.stream()
        .filter(activity -> activity.operation != null && !activity.ended)
        .map(activity -> activity + stack(activity.thread))
        .collect(Collectors.joining("\n"));
  }

  static String stack(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .map(frame -> "\n\tat " + frame)
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    Supplier<String> doing = operation;
    return doing == null ? "nothing" : doing.get();
  }
}
