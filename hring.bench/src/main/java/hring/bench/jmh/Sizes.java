package hring.bench.jmh;

import java.util.Arrays;
import java.util.Random;

/** The lengths that a benchmark asks for, one after the other, drawn before it starts. */
final class Sizes {
  private static final int COUNT = 1024;
  private static final long SEED = 20260101;
  private static final int[] MIXED = {8, 64, 200, 1024, 4096, 20_000, 65_536};

  private Sizes() {}

  /** Returns a power of two of lengths: all the same, or mixed ones. */
  static int[] of(String size) {
    int[] sizes = new int[COUNT];
    if (size.equals("mixed")) {
      Random random = new Random(SEED);
      Arrays.setAll(sizes, _ -> MIXED[random.nextInt(MIXED.length)]);
    } else {
      Arrays.fill(sizes, Integer.parseInt(size));
    }
    return sizes;
  }
}
