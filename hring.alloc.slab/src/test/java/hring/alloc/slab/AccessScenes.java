package hring.alloc.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.PoolGeometry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.function.Consumer;

/** What {@link AccessTest} counts, inside a {@link SteppedLoader}. */
public final class AccessScenes implements Consumer<String> {
  private static final int ALLOCATING = 1;
  private static final int FREEING = 2;
  private static final int WINDOW = 1024;
  private static final int STEPS = 20 * WINDOW;
  private static final int SIZE = 64;
  private static final int NEIGHBOURS = 256;
  private static final long POOL = 4 << 20;
  private static final long HUGE_POOL = 64L << 30;

  /** For the loader. */
  public AccessScenes() {}

  @Override
  public void accept(String what) {
    switch (what) {
      case "fifo" -> assertFew(8, window(ALLOCATING, false));
      case "random" -> assertFew(8, window(ALLOCATING, true));
      case "fifo, another one frees" -> assertFew(20, window(FREEING, false));
      case "random, another one frees" -> assertFew(24, window(FREEING, true));
      case "neighbours from the second block of a word" -> neighbours();
      case "reclaim in a large pool" -> reclaim();
      default -> throw new IllegalArgumentException(what);
    }
  }

  private static void assertFew(long most, double found) {
    assertTrue(found <= most, found + " accesses for each block");
  }

  /** Allocates, and frees one by one, with a window of live blocks; returns accesses per block. */
  private static double window(int freeing, boolean random) {
    try (Arena arena = Arena.ofConfined()) {
      AllocatorMemory memory = memory(arena, POOL);
      Allocator allocator = new SlabProvider().attach(memory, ALLOCATING);
      Allocator other = new SlabProvider().attach(memory, FREEING);
      Allocator freer = freeing == ALLOCATING ? allocator : other;
      long[] live = new long[WINDOW];
      for (int i = 0; i < WINDOW; i++) {
        live[i] = allocator.allocate(SIZE);
      }
      Random slots = new Random(1);
      Runnable steps =
          () -> {
            for (int i = 0; i < STEPS; i++) {
              int slot = random ? slots.nextInt(WINDOW) : i % WINDOW;
              allocator.transfer(live[slot], ALLOCATING, freeing);
              freer.free(live[slot]);
              live[slot] = allocator.allocate(SIZE);
            }
          };
      steps.run();
      return (double) Steps.count(steps) / STEPS;
    }
  }

  /** Aligned with the words or not: within a fifth. */
  private static void neighbours() {
    long aligned = freeFrom(0);
    long misaligned = freeFrom(1);
    assertTrue(misaligned <= aligned * 1.2, misaligned + " accesses instead of " + aligned);
  }

  private static long freeFrom(int skipped) {
    try (Arena arena = Arena.ofConfined()) {
      AllocatorMemory memory = memory(arena, POOL);
      Allocator allocator = new SlabProvider().attach(memory, ALLOCATING);
      long[] blocks = new long[NEIGHBOURS + skipped];
      assertEquals(blocks.length, allocator.allocate(SIZE, blocks, 0, blocks.length));
      return Steps.count(() -> allocator.free(blocks, skipped, blocks.length));
    }
  }

  /** A byte for each page is looked at, eight at a time, and one block. */
  private static void reclaim() {
    try (Arena arena = Arena.ofConfined()) {
      AllocatorMemory memory = memory(arena, HUGE_POOL);
      Allocator survivor = new SlabProvider().attach(memory, FREEING);
      Allocator dead = new SlabProvider().attach(memory, ALLOCATING);
      dead.allocate(SIZE);
      long[] blocks = new long[1];
      long accesses = Steps.count(() -> blocks[0] = survivor.reclaim(ALLOCATING));
      assertEquals(1, blocks[0]);
      assertTrue(accesses < 200_000, accesses + " accesses for one block");
    }
  }

  /** Metadata that takes up no more memory than is touched. */
  private static AllocatorMemory memory(Arena arena, long poolSize) {
    SlabProvider provider = new SlabProvider();
    PoolGeometry geometry =
        new PoolGeometry(poolSize, PoolGeometry.defaultGranule(poolSize), FREEING);
    try {
      Path file = Files.createTempFile("hring-slab-", ".metadata");
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        MemorySegment metadata =
            channel.map(FileChannel.MapMode.READ_WRITE, 0, provider.metadataSize(geometry), arena);
        AllocatorMemory memory =
            new AllocatorMemory(metadata, MemorySegment.NULL, geometry, owner -> owner == FREEING);
        provider.format(memory);
        return memory;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
