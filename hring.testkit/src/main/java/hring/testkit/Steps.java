package hring.testkit;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Generates histories. */
final class Steps {
  private static final int PARTIES = 3;
  private static final int PICKS = 1000;

  private Steps() {}

  /** Histories of steps that ask for sizes from 1 to {@code largest}, mostly small ones. */
  static Arbitrary<List<Step>> histories(long largest, int maxSteps) {
    Arbitrary<Step.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(10, Step.Kind.ALLOCATE),
            Tuple.of(2, Step.Kind.ALLOCATE_MANY),
            Tuple.of(5, Step.Kind.FREE),
            Tuple.of(1, Step.Kind.FREE_MANY),
            Tuple.of(3, Step.Kind.SEND),
            Tuple.of(2, Step.Kind.TAKE),
            Tuple.of(1, Step.Kind.FLUSH),
            Tuple.of(1, Step.Kind.LEAVE),
            Tuple.of(1, Step.Kind.DIE));
    return Combinators.combine(
            kinds,
            Arbitraries.integers().between(0, PARTIES - 1),
            Arbitraries.integers().between(0, PICKS),
            Arbitraries.longs().between(1, largest))
        .as(Step::new)
        .list()
        .ofMaxSize(maxSteps);
  }
}
