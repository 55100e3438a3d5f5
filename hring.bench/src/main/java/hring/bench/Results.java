package hring.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoublePredicate;

/** What all runs gave, by case and metric. */
final class Results {
  private final List<Run> runs;

  Results() {
    this(new ArrayList<>());
  }

  private Results(List<Run> runs) {
    this.runs = runs;
  }

  /** Adds what one run of a case reported; what several processes reported is added up. */
  void add(String caseName, List<Report> reports) {
    Map<Key, Double> sums = new LinkedHashMap<>();
    for (Report report : reports) {
      sums.merge(new Key(caseName, report.metric(), report.unit()), report.value(), Double::sum);
    }
    runs.add(new Run(caseName, sums));
  }

  /** Returns a line for each case and metric, cases in the order given. */
  List<Result> list(List<Case> cases) {
    Map<Key, List<Double>> values = new LinkedHashMap<>();
    for (Run run : runs) {
      run.values.forEach(
          (key, value) -> values.computeIfAbsent(key, _ -> new ArrayList<>()).add(value));
    }
    List<Result> results = new ArrayList<>();
    for (Case measured : cases) {
      values.forEach(
          (key, all) -> {
            if (key.caseName.equals(measured.name())) {
              results.add(Result.of(key.caseName, key.metric, key.unit, all));
            }
          });
    }
    return results;
  }

  /** Returns those runs whose cores were so far apart, and those with one side only. */
  Results where(DoublePredicate distance) {
    return new Results(
        runs.stream()
            .filter(run -> run.distance().isEmpty() || distance.test(run.distance().getAsDouble()))
            .toList());
  }

  /** Returns whether there is a run whose cores were so far apart. */
  boolean has(DoublePredicate distance) {
    return runs.stream().flatMapToDouble(run -> run.distance().stream()).anyMatch(distance);
  }

  static Optional<Result> find(List<Result> results, String caseName, String metric) {
    return results.stream()
        .filter(result -> result.caseName().equals(caseName) && result.metric().equals(metric))
        .findFirst();
  }

  private record Key(String caseName, String metric, String unit) {}

  private record Run(String caseName, Map<Key, Double> values) {
    OptionalDouble distance() {
      Double distance = values.get(new Key(caseName, Distance.METRIC, Distance.UNIT));
      return distance == null ? OptionalDouble.empty() : OptionalDouble.of(distance);
    }
  }
}
