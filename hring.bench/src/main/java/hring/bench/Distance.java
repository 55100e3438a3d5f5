package hring.bench;

import java.io.IOException;
import java.nio.file.Path;

/**
 * How far apart the cores of the two sides are, as the time of a round trip: a word there and one
 * back, both sides spinning. Where a host moves the processors of a virtual machine about, this
 * changes from second to second, and most figures change with it. So each run of two sides ends
 * with it: not exactly when the figures were measured, but soon afterwards.
 */
final class Distance {
  static final String METRIC = "distance";
  static final String UNIT = "ns";

  /** Where both kinds were seen, near cores took 30 to 170 ns, far ones 300 and more. */
  private static final double NEAR_NANOS = 200;

  /** More than this only if the two sides never ran at the same time. */
  private static final double TOGETHER_NANOS = 10_000;

  private static final long NANOS = 50_000_000;

  /** So few trips are timed together that even sides which share a core come to an end. */
  private static final int CHUNK = 100;

  private static final long END = -1;

  private Distance() {}

  static boolean isNear(double nanos) {
    return nanos < NEAR_NANOS;
  }

  static boolean isFar(double nanos) {
    return nanos >= NEAR_NANOS && nanos < TOGETHER_NANOS;
  }

  /** Side A's part: reports the shortest that a chunk of trips took, for one trip. */
  static void measure(Path directory) throws IOException {
    TwoLines lines = lines(directory);
    // Not timed: the other side may still be closing what it used.
    long trip = lines.go(1);
    long least = Long.MAX_VALUE;
    long start = System.nanoTime();
    long now = start;
    while (now - start < NANOS) {
      long before = now;
      for (int i = 0; i < CHUNK; i++) {
        lines.go(++trip);
      }
      now = System.nanoTime();
      least = Math.min(least, now - before);
    }
    lines.go(END);
    new Report(METRIC, UNIT, (double) least / CHUNK).print();
  }

  /** Side B's part. */
  static void echo(Path directory) throws IOException {
    TwoLines lines = lines(directory);
    long last = 0;
    while (last != END) {
      last = lines.answer(last);
    }
  }

  private static TwoLines lines(Path directory) throws IOException {
    return new TwoLines(directory.resolve("distance"));
  }
}
