package hring.bench;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.PoolGeometry;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How much of a pool can be had before the first NULL: blocks of some mixes of lengths are
 * allocated and kept, until one does not fit. Compared with first-fit without any metadata, which
 * fills the pool from its start to its end with the same lengths, rounded up to granules as those
 * of the allocators are. The lengths are drawn from fixed seeds, so that they are the same on every
 * machine and for every allocator.
 */
final class Fragmentation {
  private static final long[] POOLS = {64 << 10, 256 << 10, 1 << 20, 4 << 20, 64 << 20};
  private static final int SEEDS = 20;
  private static final int GROWTH_PART = 4000;

  /** No length is more than this part of the pool. */
  private static final int LARGEST_PART = 4;

  private static final List<String> ALLOCATORS = List.of("slab", "buddy");
  private static final int KIB = 1024;

  private static final List<Mix> MIXES =
      List.of(
          new Mix("lines of text", (_, _, random) -> line(random)),
          new Mix("8 - 256 B", (_, _, random) -> 8 + random.nextInt(249)),
          // Each doubling as likely as any other.
          new Mix(
              "64 B - 64 KiB",
              (_, _, random) -> (int) Math.round(64 * Math.pow(2, 10 * random.nextDouble()))),
          new Mix(
              "growing from 64 B",
              (step, pool, _) -> 64 + (int) Math.min((long) step * pool / GROWTH_PART / KIB, pool)),
          new Mix("one size, 1,000 B", (_, _, _) -> 1000),
          new Mix(
              "100 B, 1 in 100 10 KB", (_, _, random) -> random.nextInt(100) == 0 ? 10_000 : 100));

  private Fragmentation() {}

  static String table() {
    StringBuilder table = new StringBuilder(String.format("%-24s %-8s", "mix", "allocator"));
    for (long pool : POOLS) {
      table.append(String.format("  %15s", pool / KIB + " KiB"));
    }
    table.append(String.format("%n"));
    for (Mix mix : MIXES) {
      for (String allocator : ALLOCATORS) {
        table.append(String.format("%-24s %-8s", mix.name, allocator));
        for (long pool : POOLS) {
          double[] parts = new double[SEEDS];
          for (int seed = 0; seed < SEEDS; seed++) {
            parts[seed] = 100 * run(mix, allocator, pool, seed) / firstFit(mix, pool, seed);
          }
          Arrays.sort(parts);
          table.append(String.format(Locale.ROOT, "  %6.1f%% %6.1f%%", parts[SEEDS / 2], parts[0]));
        }
        table.append(String.format("%n"));
      }
    }
    return table.append(String.format("(median and worst of %d seeds)%n", SEEDS)).toString();
  }

  /** Returns the bytes, rounded up to granules, until the first NULL. */
  private static double run(Mix mix, String allocatorName, long poolSize, int seed) {
    Random random = new Random(seed);
    long granule = PoolGeometry.defaultGranule(poolSize);
    try (LocalPool pool = LocalPool.withoutMemory(allocatorName, poolSize)) {
      Allocator allocator = pool.allocator();
      long sum = 0;
      for (int step = 0; ; step++) {
        long length = length(mix, step, poolSize, random);
        if (allocator.allocate(length) == Address.NULL) {
          return sum;
        }
        sum += rounded(length, granule);
      }
    }
  }

  private static double firstFit(Mix mix, long poolSize, int seed) {
    Random random = new Random(seed);
    long granule = PoolGeometry.defaultGranule(poolSize);
    long sum = 0;
    for (int step = 0; ; step++) {
      long length = rounded(length(mix, step, poolSize, random), granule);
      if (sum + length > poolSize) {
        return sum;
      }
      sum += length;
    }
  }

  private static long length(Mix mix, int step, long poolSize, Random random) {
    return Math.clamp(mix.lengths.next(step, poolSize, random), 1, poolSize / LARGEST_PART);
  }

  private static long rounded(long length, long granule) {
    return (length + granule - 1) / granule * granule;
  }

  /** Most lines have some 100 bytes, a few have very many: the logarithm is normal. */
  private static int line(Random random) {
    return 1 + (int) Math.min(1_000_000, Math.round(60 * Math.exp(random.nextGaussian() * 0.9)));
  }

  /** Lengths by step and pool, in part by chance. */
  private record Mix(String name, Lengths lengths) {}

  /** Returns the length for a step. */
  private interface Lengths {
    int next(int step, long poolSize, Random random);
  }
}
