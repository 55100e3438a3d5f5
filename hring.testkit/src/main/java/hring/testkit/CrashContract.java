package hring.testkit;

import hring.api.spi.alloc.PoolGeometry;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Points 5 and 6 of the contract at every single step: each operation is ended, and held up, before
 * each of its accesses to memory in turn, however many it makes. After a death a survivor reclaims,
 * and at times dies too while it does so, and then the next one must manage.
 *
 * <p>Accesses through {@code SharedMemory}, a {@code VarHandle} or a {@code MemorySegment} are
 * steps, on the class path and on the module path. What accesses memory in other ways is named in a
 * failure, and so is an operation that makes no access at all.
 */
public abstract class CrashContract extends AllocatorSubject {
  private static final int GRANULE = 64;
  private static final int MAX_STEPS = 25;
  private static final long POOL_SIZE = 16 << 10;

  /** For subclasses. */
  protected CrashContract() {}

  /**
   * Returns the pool that properties run on. What walks the whole pool is stopped at each step of
   * the walk, so the time grows with the square of its size.
   *
   * @return 16 KiB in granules of 64 bytes for 16 owners, unless overridden; at least 8 owners
   */
  @Override
  protected PoolGeometry geometry() {
    return new PoolGeometry(POOL_SIZE, GRANULE, super.geometry().maxOwners());
  }

  /**
   * Generates what happens before the interruption.
   *
   * @return lists of steps
   */
  @Provide
  protected Arbitrary<List<Step>> histories() {
    return Steps.histories(largestSize(), MAX_STEPS);
  }

  /**
   * All other properties prove something: the accesses of each operation are seen.
   *
   * @param sizeSeed picks the size of the blocks
   */
  @Property(tries = 1)
  public void accessesCanBeStepped(@ForAll long sizeSeed) {
    checkAfter(List.of(), "reach", usualSize(sizeSeed));
  }

  /**
   * Death between any two accesses.
   *
   * @param steps what happens before
   * @param sizeSeed picks the size of the block that it happens with
   */
  @Property(tries = 2)
  public void deathAtAnyStepIsRepaired(
      @ForAll("histories") List<Step> steps, @ForAll long sizeSeed) {
    checkStepped("die", steps, sizeSeed);
  }

  /**
   * A stop between any two accesses: the others go on meanwhile, and it goes on afterwards.
   *
   * @param steps what happens before
   * @param sizeSeed picks the size of the block that it happens with
   */
  @Property(tries = 2)
  public void aStopAtAnyStepHoldsUpNobody(
      @ForAll("histories") List<Step> steps, @ForAll long sizeSeed) {
    checkStepped("stop", steps, sizeSeed);
  }

  /**
   * A stop between any two accesses, while another participant dies between any two of its own:
   * what the one does afterwards must not undo what tells how far the other had come.
   *
   * @param steps what happens before
   * @param sizeSeed picks the size of the block that it happens with
   */
  @Property(tries = 1)
  public void aDeathBesideAStopIsRepaired(
      @ForAll("histories") List<Step> steps, @ForAll long sizeSeed) {
    checkStepped("both", steps, sizeSeed);
  }

  /**
   * Several threads of one participant: one is stopped between any two accesses, and another one
   * goes on, or frees the same block, or the process dies with both.
   *
   * @param steps what happens before
   * @param sizeSeed picks the size of the block that it happens with
   */
  @Property(tries = 1)
  public void threadsOfAParticipantDoNotDisturbEachOther(
      @ForAll("histories") List<Step> steps, @ForAll long sizeSeed) {
    checkStepped("threads", steps, sizeSeed);
  }

  private void checkStepped(String mode, List<Step> steps, long sizeSeed) {
    // In an empty pool, too, each time: in one that others filled there may be nothing to free.
    long size = usualSize(sizeSeed);
    checkAfter(List.of(), mode, size);
    checkAfter(steps, mode, size);
    // Large blocks may go another way.
    long large = largestBlock() / 2;
    if (large / 2 >= largestSize()) {
      checkAfter(List.of(), mode, large - Math.floorMod(sizeSeed, large / 2));
    }
  }

  private long usualSize(long sizeSeed) {
    return 1 + Math.floorMod(sizeSeed, largestSize());
  }

  private void checkAfter(List<Step> steps, String mode, long size) {
    PoolGeometry geometry = geometry();
    String history = steps.stream().map(Step::format).collect(Collectors.joining("\n"));
    SteppingLoader loader = SteppingLoader.of(provider().getClass());
    // No watchdog: the lab, which knows what is under way in it, has its own.
    checkUnwatched(
        () -> {
          try {
            lab(loader)
                .accept(
                    new String[] {
                      mode,
                      provider().getClass().getName(),
                      Long.toString(geometry.poolSize()),
                      Integer.toString(geometry.granule()),
                      Integer.toString(geometry.maxOwners()),
                      Long.toString(size),
                      history,
                      options().text()
                    });
          } catch (AssertionError | RuntimeException e) {
            // Whatever else went wrong: that some accesses were not seen may be why.
            loader.requireAllSeen(e);
            throw e;
          }
          loader.requireAllSeen(null);
        });
  }

  private static Consumer<String[]> lab(SteppingLoader loader) {
    try {
      @SuppressWarnings("unchecked")
      Consumer<String[]> lab =
          (Consumer<String[]>)
              Class.forName(CrashLab.class.getName(), true, loader)
                  .asSubclass(Consumer.class)
                  .getDeclaredConstructor()
                  .newInstance();
      return lab;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot load the crash lab", e);
    }
  }
}
