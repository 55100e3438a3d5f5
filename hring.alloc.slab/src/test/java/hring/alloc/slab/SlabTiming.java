package hring.alloc.slab;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Prints what allocate and free cost in one thread. Not a test: run it by hand. */
final class SlabTiming {
  private static final int ROUNDS = 4;
  private static final int TRIES = 1_000;
  private static final int BLOCKS = 1 << 14;
  private static final int BULK = 64;
  private static final int SIZE = 64;
  private static final int PARTS = 20;

  private SlabTiming() {}

  /** Runs it; "history" as the argument: what a step of {@link KeptMessages} takes. */
  public static void main(String[] arguments) {
    if (arguments.length > 0 && arguments[0].equals("history")) {
      history();
      return;
    }
    SlabProvider provider = new SlabProvider();
    PoolGeometry geometry = new PoolGeometry(4 << 20, PoolGeometry.defaultGranule(4 << 20), 8);
    try (Arena arena = Arena.ofShared()) {
      AllocatorMemory memory =
          new AllocatorMemory(
              arena.allocate(provider.metadataSize(geometry), 64),
              arena.allocate(geometry.poolSize(), 64),
              geometry,
              owner -> true);
      provider.format(memory);
      try (Allocator allocator = provider.attach(memory, 1)) {
        for (int i = 0; i < ROUNDS; i++) {
          // The best of many short tries: on a busy machine the others measure the neighbours.
          double single = Double.MAX_VALUE;
          double bulk = Double.MAX_VALUE;
          for (int j = 0; j < TRIES; j++) {
            single = Math.min(single, single(allocator));
            bulk = Math.min(bulk, bulk(allocator));
          }
          System.out.printf(
              "allocate + free: %.1f ns, in bulk of %d: %.1f ns a block%n", single, BULK, bulk);
        }
      }
    }
  }

  private static void history() {
    for (long poolSize : new long[] {16L << 20, 64L << 20, 1L << 30}) {
      SlabProvider provider = new SlabProvider();
      PoolGeometry geometry = new PoolGeometry(poolSize, PoolGeometry.defaultGranule(poolSize), 2);
      try (Arena arena = Arena.ofShared()) {
        AllocatorMemory memory =
            new AllocatorMemory(
                arena.allocate(provider.metadataSize(geometry), 64),
                MemorySegment.NULL,
                geometry,
                owner -> true);
        provider.format(memory);
        Allocator allocator = provider.attach(memory, 1);
        KeptMessages messages = new KeptMessages(allocator, poolSize / 2);
        long free = allocator.stats().free();
        long largest = allocator.stats().largestFree();
        System.out.printf("pool of %,d KiB, ns a step:", poolSize >> 10);
        for (int i = 0; i < PARTS; i++) {
          long start = System.nanoTime();
          messages.run(KeptMessages.STEPS / PARTS);
          double time = System.nanoTime() - start;
          System.out.printf(" %.1f", time * PARTS / KeptMessages.STEPS);
        }
        messages.end();
        System.out.printf(
            "; usable at the end: free %.3f, largest %.3f of before%n",
            (double) allocator.stats().free() / free,
            (double) allocator.stats().largestFree() / largest);
      }
    }
  }

  private static double single(Allocator allocator) {
    long start = System.nanoTime();
    for (int i = 0; i < BLOCKS; i++) {
      allocator.free(allocator.allocate(SIZE));
    }
    return (double) (System.nanoTime() - start) / BLOCKS;
  }

  private static double bulk(Allocator allocator) {
    long[] addresses = new long[BULK];
    long start = System.nanoTime();
    for (int i = 0; i < BLOCKS; i += BULK) {
      for (int j = 0; j < BULK; j++) {
        addresses[j] = allocator.allocate(SIZE);
      }
      allocator.free(addresses, 0, BULK);
    }
    return (double) (System.nanoTime() - start) / BLOCKS;
  }
}
