package hring.cli;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The counts of one side of the demo.
 *
 * @param messages how many messages
 * @param checkSum of their values, in the order they came
 * @param nanos how long they took
 */
record DemoResult(long messages, long checkSum, long nanos) {
  private static final Pattern LINE = Pattern.compile("demo (\\d+) ([0-9a-f]+) (\\d+)");
  private static final int HEX = 16;
  private static final int FACTOR = 31;

  static long add(long checkSum, long value) {
    return checkSum * FACTOR + value;
  }

  /** The line that the second process prints for the first. */
  String toLine() {
    return "demo " + messages + " " + Long.toHexString(checkSum) + " " + nanos;
  }

  static DemoResult parse(String line) {
    Matcher matcher = LINE.matcher(line == null ? "" : line);
    if (!matcher.matches()) {
      throw new Failure(
          ExitCode.ERROR,
          "the receiving process gave no result"
              + (line == null ? "" : " but '" + line + "'")
              + "; what it wrote to standard error says why");
    }
    return new DemoResult(
        Long.parseLong(matcher.group(1)),
        Long.parseUnsignedLong(matcher.group(2), HEX),
        Long.parseLong(matcher.group(3)));
  }

  boolean agreesWith(DemoResult other) {
    return messages == other.messages && checkSum == other.checkSum;
  }

  String describe(String side) {
    double millions = messages * 1e3 / Math.max(1, nanos);
    return "%-9s %,d messages, check sum %016x, %.1f ms, %.2f million messages/s"
        .formatted(
            side + ":",
            messages,
            checkSum,
            (double) nanos / TimeUnit.MILLISECONDS.toNanos(1),
            millions);
  }
}
