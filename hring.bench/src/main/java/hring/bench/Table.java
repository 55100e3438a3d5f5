package hring.bench;

import java.util.List;
import java.util.Locale;

/** The results for people. */
final class Table {
  private static final String HEADER = "%-28s %-10s %12s %12s %12s  %s%n";
  private static final String LINE = "%-28s %-10s %12.2f %12.2f %12.2f  %s%n";

  private Table() {}

  static String of(List<Result> results) {
    StringBuilder table = new StringBuilder();
    table.append(String.format(HEADER, "case", "metric", "median", "min", "max", "unit"));
    for (Result result : results) {
      table.append(
          String.format(
              Locale.ROOT,
              LINE,
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
