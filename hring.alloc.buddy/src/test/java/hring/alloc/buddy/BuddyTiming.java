package hring.alloc.buddy;

import hring.api.spi.alloc.Allocator;
import java.util.Arrays;

/** Prints how long allocate and free take. Not a test: run it by hand. */
final class BuddyTiming {
  private static final int ROUNDS = 7;
  private static final int PAIRS = 2_000_000;

  private BuddyTiming() {}

  public static void main(String[] args) {
    for (int size : new int[] {64, 1 << 10, 64 << 10}) {
      run("4 MiB pool, one block", 4 << 20, size, 1);
      run("4 MiB pool, oldest of 32 freed", 4 << 20, size, 32);
    }
    run("64 MiB pool, one block", 64 << 20, 1 << 20, 1);
    run("64 MiB pool, oldest of 32 freed", 64 << 20, 1 << 20, 32);
    runFull(4 << 20, 64);
    runFull(4 << 20, 1 << 10);
  }

  private static void run(String what, int poolSize, int size, int live) {
    double[] nanos = new double[ROUNDS];
    try (Allocator allocator = new TestPool(poolSize / 64).attach(1)) {
      long[] blocks = new long[live];
      for (int i = 0; i < live; i++) {
        blocks[i] = allocator.allocate(size);
      }
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        for (int i = 0; i < PAIRS; i++) {
          int oldest = i % live;
          allocator.free(blocks[oldest]);
          blocks[oldest] = allocator.allocate(size);
        }
        nanos[round] = (double) (System.nanoTime() - start) / PAIRS;
      }
    }
    print(what, size, nanos);
  }

  private static void runFull(int poolSize, int size) {
    double[] nanos = new double[ROUNDS];
    try (Allocator allocator = new TestPool(poolSize / 64).attach(1)) {
      while (allocator.allocate(size) != 0) {}
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        for (int i = 0; i < 200; i++) {
          allocator.allocate(size);
        }
        nanos[round] = (System.nanoTime() - start) / 200.0;
      }
    }
    print("4 MiB pool, full: allocate alone", size, nanos);
  }

  private static void print(String what, int size, double[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%-34s %8d bytes: %9.1f ns (best %.1f)%n", what, size, nanos[ROUNDS / 2], nanos[0]);
  }
}
