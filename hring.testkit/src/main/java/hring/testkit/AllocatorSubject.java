package hring.testkit;

import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.Assume;
import org.opentest4j.TestAbortedException;

/** What a contract needs to know about the allocator that it is checked for. */
public abstract class AllocatorSubject {
  private static final long POOL_SIZE = 256 << 10;
  private static final int MAX_OWNERS = 16;
  private static final int LARGEST_SHARE = 16;
  private static final int SMALL_SHARE = 16;

  /** The property of each class in which an operation hung. */
  private static final Map<Class<?>, String> HUNG = new ConcurrentHashMap<>();

  /** For the contracts. */
  AllocatorSubject() {}

  /**
   * Returns the allocator under test.
   *
   * @return a provider with a constructor without parameters: worker processes make their own
   */
  protected abstract AllocatorProvider provider();

  /**
   * Returns the options that the allocator gets. If it has some, write a subclass for each value
   * that changes what is done to memory.
   *
   * @return none, unless overridden
   */
  protected ProviderOptions options() {
    return ProviderOptions.NONE;
  }

  /**
   * Returns the pool that properties run on. Keep it small: what is full is reached sooner.
   *
   * @return 256 KiB in granules of 16 bytes for 16 owners, unless overridden; at least 8 owners
   */
  protected PoolGeometry geometry() {
    return new PoolGeometry(POOL_SIZE, PoolGeometry.defaultGranule(POOL_SIZE), MAX_OWNERS);
  }

  /**
   * Returns the largest size that histories ask for.
   *
   * @return a sixteenth of the pool in bytes or the largest block, unless overridden
   */
  protected long largestSize() {
    return Math.min(largestBlock(), geometry().poolSize() / LARGEST_SHARE);
  }

  final long largestBlock() {
    return site().join().allocator().largestBlock();
  }

  /** Runs a check under a watchdog; after a failure says how to repeat it. */
  final void check(Runnable task) {
    checkUnwatched(() -> Watchdog.run(task));
  }

  /** Runs a check that has a watchdog of its own; after a failure says how to repeat it. */
  final void checkUnwatched(Runnable task) {
    String property = callingProperty();
    String hung = HUNG.get(getClass());
    if (hung != null) {
      // Shrinking would hang again, as often as it tries.
      Assume.that(!hung.equals(property));
      throw new AssertionError("not tried, because an operation hung in " + hung);
    }
    Activity.forgetChanges();
    try {
      task.run();
    } catch (AssertionError | RuntimeException e) {
      if (Watchdog.isHang(e)) {
        HUNG.putIfAbsent(getClass(), property);
      }
      if (e instanceof TestAbortedException) {
        throw e;
      }
      throw new AssertionError(message(e) + lastChange() + howToRepeat(property), e);
    }
  }

  static String message(Throwable failure) {
    return failure instanceof AssertionError ? failure.getMessage() : failure.toString();
  }

  /** What the failure may come from, where it names no operation itself. */
  private static String lastChange() {
    String last = Activity.lastChange();
    return last.isEmpty() ? "" : "\n  the last change before: " + last;
  }

  private String howToRepeat(String property) {
    return "\n  to repeat "
        + property
        + ", first with the sample that failed: mvn verify -Dtest="
        + getClass().getSimpleName()
        + " -Dsurefire.failIfNoSpecifiedTests=false (elsewhere override it with @Property(seed ="
        + " \"...\") and the seed of the report)";
  }

  /** Forgets which properties hung: for tests that put several allocators into one class. */
  static void forgetHangs() {
    HUNG.clear();
  }

  /** Returns the name of the property that called, by the stack: no property says its own name. */
  private static String callingProperty() {
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames ->
                frames
                    .filter(
                        frame ->
                            frame.getDeclaringClass() != AllocatorSubject.class
                                && !frame.getMethodName().startsWith("check"))
                    .findFirst()
                    .map(StackWalker.StackFrame::getMethodName)
                    .orElse("?"));
  }

  final LocalSite site() {
    return new LocalSite(configured(), geometry());
  }

  /** A site with a sixteenth of the pool, for what walks all metadata. */
  final LocalSite smallSite() {
    PoolGeometry whole = geometry();
    int granule = whole.granule();
    long granules = Math.max(1, whole.granules() / SMALL_SHARE);
    return new LocalSite(
        configured(), new PoolGeometry(granules * granule, granule, whole.maxOwners()));
  }

  /** The provider with its options. */
  final AllocatorProvider configured() {
    return provider().withOptions(options());
  }
}
