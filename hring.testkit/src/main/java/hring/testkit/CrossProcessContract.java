package hring.testkit;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * The contract across three processes at least, on a region in {@code /dev/shm}: the same histories
 * as in {@link AllocatorContract}, where who dies is killed; and workers that are killed and
 * stopped at random instants while all are at full speed.
 *
 * <p>The number of kills is the system property {@code hring.testkit.kills}, 8 unless it is set. A
 * failure of the random stress does not repeat exactly: its instants are the scheduler's. More
 * kills find it sooner.
 */
public abstract class CrossProcessContract extends AllocatorSubject {
  private static final int MAX_STEPS = 40;
  private static final int FEW_KILLS = 8;

  /** For subclasses. */
  protected CrossProcessContract() {}

  /**
   * Generates histories.
   *
   * @return lists of steps
   */
  @Provide
  protected Arbitrary<List<Step>> histories() {
    return Steps.histories(largestSize(), MAX_STEPS);
  }

  /**
   * Points 1, 2, 6 and 7 in processes of their own.
   *
   * @param steps a history
   */
  @Property(tries = 5)
  public void historiesAcrossProcesses(@ForAll("histories") List<Step> steps) {
    check(
        () -> {
          try (Crew crew = new Crew(provider(), options(), geometry())) {
            History history = new History(crew);
            history.run(steps);
            history.freeAll();
            new PristineCheck(site(), largestSize()).check(crew, history.parties());
          }
        });
  }

  /**
   * Points 5 and 6 at random instants. Every wait in it has a limit of its own.
   *
   * @param seed of the instants and of what is done
   */
  @Property(tries = 1, shrinking = ShrinkingMode.OFF)
  public void survivorsGoOnWhenOthersDie(@ForAll long seed) {
    int kills = Integer.getInteger("hring.testkit.kills", FEW_KILLS);
    // No watchdog over the whole: it takes as long as there are kills.
    checkUnwatched(
        () ->
            System.out.println(
                new Stress(provider(), options(), geometry(), largestSize(), seed).run(kills)));
  }
}
