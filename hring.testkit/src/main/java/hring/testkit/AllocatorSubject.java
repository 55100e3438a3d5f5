package hring.testkit;

import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a contract needs to know about the allocator that it is checked for. */
public abstract class AllocatorSubject {
  private static final long POOL_SIZE = 256 << 10;
  private static final int MAX_OWNERS = 16;
  private static final int LARGEST_SHARE = 16;
  private static final Set<Class<?>> TOLD = ConcurrentHashMap.newKeySet();

  /** For the contracts. */
  AllocatorSubject() {}

  /**
   * Gives the allocator under test.
   *
   * @return a provider with a constructor without parameters: worker processes make their own
   */
  protected abstract AllocatorProvider provider();

  /**
   * Gives the pool that properties run on. Keep it small: what is full is reached sooner.
   *
   * @return 256 KiB in granules of 16 bytes for 16 owners, unless overridden; at least 8 owners
   */
  protected PoolGeometry geometry() {
    return new PoolGeometry(POOL_SIZE, PoolGeometry.defaultGranule(POOL_SIZE), MAX_OWNERS);
  }

  /**
   * Gives the largest size that histories ask for.
   *
   * @return a sixteenth of the pool in bytes or the largest block, unless overridden
   */
  protected long largestSize() {
    long largestBlock = site().join().allocator().largestBlock();
    return Math.min(largestBlock, geometry().poolSize() / LARGEST_SHARE);
  }

  /** Runs a check under a watchdog; says once for each class how to repeat what fails. */
  final void check(Runnable task) {
    try {
      Watchdog.run(task);
    } catch (AssertionError | RuntimeException e) {
      if (!getClass().isAnonymousClass() && TOLD.add(getClass())) {
        System.err.println(
            "To repeat the failure of "
                + getClass().getName()
                + ", first with the very sample that failed: mvn verify -Dtest="
                + getClass().getSimpleName()
                + " -Dsurefire.failIfNoSpecifiedTests=false"
                + " (the sample is kept in .jqwik-database; elsewhere, override the property with"
                + " @Property(seed = \"...\") and the seed of the report)");
      }
      throw e;
    }
  }

  final LocalSite site() {
    return new LocalSite(provider(), geometry());
  }
}
