package hring.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What all runs gave, by case and metric. */
final class Results {
  private final Map<Key, List<Double>> values = new LinkedHashMap<>();

  /** Adds what one run of a case reported; what several processes reported is added up. */
  void add(String caseName, List<Report> reports) {
    Map<Key, Double> sums = new LinkedHashMap<>();
    for (Report report : reports) {
      sums.merge(new Key(caseName, report.metric(), report.unit()), report.value(), Double::sum);
    }
    sums.forEach((key, value) -> values.computeIfAbsent(key, _ -> new ArrayList<>()).add(value));
  }

  /** Gives a line for each case and metric, cases in the order given. */
  List<Result> list(List<Case> cases) {
    List<Result> results = new ArrayList<>();
    for (Case measured : cases) {
      values.forEach(
          (key, runs) -> {
            if (key.caseName.equals(measured.name())) {
              results.add(Result.of(key.caseName, key.metric, key.unit, runs));
            }
          });
    }
    return results;
  }

  static OptionalDouble median(List<Result> results, String caseName, String metric) {
    return results.stream()
        .filter(result -> result.caseName().equals(caseName) && result.metric().equals(metric))
        .mapToDouble(Result::median)
        .findFirst();
  }

  private record Key(String caseName, String metric, String unit) {}
}
