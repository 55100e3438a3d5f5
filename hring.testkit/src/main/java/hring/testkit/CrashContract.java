package hring.testkit;

import hring.api.spi.alloc.PoolGeometry;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Points 5 and 6 of the contract at every single step: each operation is ended, and held up, before
 * each of its accesses to shared memory in turn, however many it makes. After a death a survivor
 * reclaims, and at times dies too while it does so, and then the next one must manage.
 *
 * <p>It works for allocators that do all their ordered accesses through {@link
 * hring.api.spi.alloc.SharedMemory}, as the SPI asks for.
 */
public abstract class CrashContract extends AllocatorSubject {
  private static final int GRANULE = 64;
  private static final int MAX_STEPS = 25;
  private static final long POOL_SIZE = 32 << 10;

  /** For subclasses. */
  protected CrashContract() {}

  /**
   * Gives the pool that properties run on. What walks the whole pool is stopped at each step of the
   * walk, so the time grows with the square of its size.
   *
   * @return 32 KiB in granules of 64 bytes for 16 owners, unless overridden; at least 8 owners
   */
  @Override
  protected PoolGeometry geometry() {
    return new PoolGeometry(POOL_SIZE, GRANULE, super.geometry().maxOwners());
  }

  /**
   * Generates what happens before the death.
   *
   * @return lists of steps
   */
  @Provide
  protected Arbitrary<List<Step>> histories() {
    return Steps.histories(largestSize(), MAX_STEPS);
  }

  /**
   * Death between any two accesses.
   *
   * @param steps what happens before
   * @param sizeSeed picks the size of the block that it happens with
   */
  @Property(tries = 4)
  public void deathAtAnyStepIsRepaired(
      @ForAll("histories") List<Step> steps, @ForAll long sizeSeed) {
    check(() -> run("die", steps, sizeSeed));
  }

  /**
   * A stop between any two accesses: the others go on meanwhile, and it goes on afterwards.
   *
   * @param steps what happens before
   * @param sizeSeed picks the size of the block that it happens with
   */
  @Property(tries = 4)
  public void aStopAtAnyStepHoldsUpNobody(
      @ForAll("histories") List<Step> steps, @ForAll long sizeSeed) {
    check(() -> run("stop", steps, sizeSeed));
  }

  private void run(String mode, List<Step> steps, long sizeSeed) {
    PoolGeometry geometry = geometry();
    long size = 1 + Math.floorMod(sizeSeed, largestSize());
    StringBuilder history = new StringBuilder();
    for (Step step : steps) {
      history.append(step.kind()).append(' ').append(step.who()).append(' ');
      history.append(step.pick()).append(' ').append(step.size()).append('\n');
    }
    try {
      @SuppressWarnings("unchecked")
      Consumer<String[]> lab =
          (Consumer<String[]>)
              Class.forName(CrashLab.class.getName(), true, new SteppingLoader())
                  .asSubclass(Consumer.class)
                  .getDeclaredConstructor()
                  .newInstance();
      lab.accept(
          new String[] {
            mode,
            provider().getClass().getName(),
            Long.toString(geometry.poolSize()),
            Integer.toString(geometry.granule()),
            Integer.toString(geometry.maxOwners()),
            Long.toString(size),
            history.toString()
          });
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("cannot load the crash lab", e);
    }
  }
}
