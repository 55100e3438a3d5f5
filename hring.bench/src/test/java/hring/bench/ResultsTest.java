package hring.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs with near cores and runs with far ones are told apart. */
class ResultsTest {
  private static final String TWO_SIDES = "shm/rtt";
  private static final String ONE_PROCESS = "nop/loop";
  private static final List<Case> CASES = List.of(Cases.named(TWO_SIDES), Cases.named(ONE_PROCESS));

  private final Results results = new Results();

  @Test
  void runsAreToldApartByTheirDistance() {
    add(110, 10);
    add(500, 50);
    add(32, 12);
    add(500_000, 99);

    assertThat(median(results.where(Distance::isNear), TWO_SIDES)).isEqualTo(11);
    assertThat(median(results.where(Distance::isFar), TWO_SIDES)).isEqualTo(50);
    assertThat(median(results, TWO_SIDES)).isEqualTo(31);
  }

  @Test
  void runsOfOneProcessAreInBothParts() {
    results.add(ONE_PROCESS, List.of(new Report("p50", "ns", 7)));
    assertThat(median(results.where(_ -> false), ONE_PROCESS)).isEqualTo(7);
  }

  @Test
  void hasSaysWhetherThereAreRunsOfADistance() {
    assertThat(results.has(Distance::isNear)).isFalse();
    add(110, 10);
    assertThat(results.has(Distance::isNear)).isTrue();
    assertThat(results.has(Distance::isFar)).isFalse();
  }

  private void add(double distance, double p50) {
    results.add(
        TWO_SIDES,
        List.of(
            new Report("p50", "ns", p50), new Report(Distance.METRIC, Distance.UNIT, distance)));
  }

  private static double median(Results results, String caseName) {
    return Results.find(results.list(CASES), caseName, "p50").orElseThrow().median();
  }
}
