package hring.bench;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.spi.alloc.Allocator;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How much of what the blocks hold is used, for some mixes of lengths. A mix is drawn from a fixed
 * seed, so that it is the same on every machine and for every allocator: blocks are allocated until
 * the pool is half full, then the history goes on with as many frees as allocations, in random
 * order. The ratio is the mean over the history.
 */
final class Fragmentation {
  private static final long POOL_SIZE = 16L << 20;
  private static final long SEED = 20260101;
  private static final int STEPS = 200_000;
  private static final int SAMPLE_STEPS = 2000;
  private static final List<String> ALLOCATORS = List.of("slab", "buddy");

  private Fragmentation() {}

  static String table() {
    StringBuilder table =
        new StringBuilder(
            String.format("%-24s %-8s %12s %12s%n", "mix", "allocator", "used/held", "at worst"));
    for (Mix mix : mixes()) {
      for (String allocator : ALLOCATORS) {
        DoubleSummaryStatistics ratios = run(mix, allocator);
        table.append(
            String.format(
                Locale.ROOT,
                "%-24s %-8s %11.1f%% %11.1f%%%n",
                mix.name,
                allocator,
                ratios.getAverage(),
                ratios.getMin()));
      }
    }
    return table.toString();
  }

  private static List<Mix> mixes() {
    return List.of(
        new Mix("small, 8 - 256 B", (_, random) -> 8 + random.nextInt(249)),
        // Each doubling as likely as any other.
        new Mix(
            "mixed, 64 B - 64 KiB",
            (_, random) -> (int) Math.round(64 * Math.pow(2, 10 * random.nextDouble()))),
        new Mix("growing, 64 B - 32 KiB", (step, _) -> 64 + (int) ((long) step * 32_000 / STEPS)));
  }

  private static DoubleSummaryStatistics run(Mix mix, String allocatorName) {
    Random sizes = new Random(SEED);
    Random random = new Random(SEED + 1);
    List<Long> live = new ArrayList<>();
    DoubleSummaryStatistics ratios = new DoubleSummaryStatistics();
    long used = 0;
    try (LocalPool pool = new LocalPool(allocatorName, POOL_SIZE)) {
      Allocator allocator = pool.allocator();
      for (int step = 0; step < STEPS; step++) {
        int size = mix.sizes.next(step, sizes);
        while (used + size > POOL_SIZE / 2) {
          used -= free(allocator, live, random);
        }
        long address = allocator.allocate(size);
        while (address == Address.NULL) {
          used -= free(allocator, live, random);
          address = allocator.allocate(size);
        }
        live.add(address);
        used += size;
        if (step % SAMPLE_STEPS == SAMPLE_STEPS - 1) {
          AllocatorStats stats = allocator.stats();
          ratios.accept(100.0 * stats.used() / stats.held());
        }
      }
      return ratios;
    }
  }

  private static int free(Allocator allocator, List<Long> live, Random random) {
    int index = random.nextInt(live.size());
    long address = live.get(index);
    live.set(index, live.getLast());
    live.removeLast();
    allocator.free(address);
    return Address.length(address);
  }

  /** Lengths by step, in part by chance. */
  private record Mix(String name, Sizes sizes) {}

  /** Gives the length for a step. */
  private interface Sizes {
    int next(int step, Random random);
  }
}
