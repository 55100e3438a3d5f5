package hring.bench;

import java.util.List;
import java.util.Locale;

/** The results for people. */
final class Table {
  private Table() {}

  static String of(List<Result> results) {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            "%-28s %-10s %12s %12s %12s  %s%n", "case", "metric", "median", "min", "max", "unit"));
    for (Result result : results) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-28s %-10s %12.2f %12.2f %12.2f  %s%n",
              result.caseName(),
              result.metric(),
              result.median(),
              result.min(),
              result.max(),
              result.unit()));
    }
    return table.toString();
  }
}
