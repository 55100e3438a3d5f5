package hring.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** The figures of one metric of one case, over all runs. */
record Result(
    @JsonProperty("case") String caseName,
    String metric,
    String unit,
    double median,
    double min,
    double max,
    int runs) {

  static Result of(String caseName, String metric, String unit, List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Result(
        caseName, metric, unit, median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }
}
