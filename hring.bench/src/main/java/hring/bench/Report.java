package hring.bench;

import java.util.Locale;

/** One measured value on its way from a side's standard output to the launcher. */
record Report(String metric, String unit, double value) {
  private static final String MARK = "RESULT";
  private static final String SEPARATOR = "\t";

  void print() {
    System.out.println(
        String.join(SEPARATOR, MARK, metric, unit, String.format(Locale.ROOT, "%.6f", value)));
  }

  static boolean isReport(String line) {
    return line.startsWith(MARK + SEPARATOR);
  }

  static Report parse(String line) {
    String[] parts = line.split(SEPARATOR, -1);
    return new Report(parts[1], parts[2], Double.parseDouble(parts[3]));
  }
}
