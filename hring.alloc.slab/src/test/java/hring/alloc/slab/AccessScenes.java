package hring.alloc.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.PoolGeometry;
import hring.testkit.Stepping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** What {@link AccessTest} counts, inside a {@link Stepping}. */
final class AccessScenes implements Consumer<String> {
  private static final int ALLOCATING = 1;
  private static final int FREEING = 2;
  private static final int WINDOW = 1024;
  private static final int STEPS = 20 * WINDOW;
  private static final int SIZE = 64;
  private static final int NEIGHBOURS = 256;
  private static final int KEPT = 20;
  private static final long POOL = 4 << 20;
  private static final long LARGE_POOL = 256L << 20;
  private static final long HUGE_POOL = 64L << 30;
  private static final long EXTENT = 8 << 20;

  @Override
  public void accept(String what) {
    switch (what) {
      case "fifo" -> assertFew(9, window(ALLOCATING, false));
      case "random" -> assertFew(9, window(ALLOCATING, true));
      case "fifo, another one frees" -> assertFew(24, window(FREEING, false));
      case "random, another one frees" -> assertFew(24, window(FREEING, true));
      case "neighbours from the second block of a word" -> neighbours();
      case "reclaim in a large pool" -> reclaim();
      case "fill a large pool" -> fill();
      case "a full pool" -> fullPool();
      case "an almost full pool" -> assertFew(20, almostFullPool());
      case "a history" -> history();
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
      return (double) Stepping.count(steps) / STEPS;
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
      return Stepping.count(() -> allocator.free(blocks, skipped, blocks.length));
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
      long accesses = Stepping.count(() -> blocks[0] = survivor.reclaim(ALLOCATING));
      assertEquals(1, blocks[0]);
      assertTrue(accesses < 200_000, accesses + " accesses for one block");
    }
  }

  /** However many there are already. */
  private static void fill() {
    try (Arena arena = Arena.ofConfined()) {
      Allocator allocator = new SlabProvider().attach(memory(arena, HUGE_POOL), ALLOCATING);
      long blocks = HUGE_POOL / EXTENT;
      long accesses =
          Stepping.count(
              () -> {
                for (long i = 0; i < blocks; i++) {
                  assertNotEquals(Address.NULL, allocator.allocate(EXTENT));
                }
              });
      assertFew(400, (double) accesses / blocks);
    }
  }

  /** It is not searched again for what it does not have, nor are its slabs without a block. */
  private static void fullPool() {
    try (Arena arena = Arena.ofConfined()) {
      AllocatorMemory memory = memory(arena, LARGE_POOL);
      Allocator allocator = new SlabProvider().attach(memory, ALLOCATING);
      Allocator other = new SlabProvider().attach(memory, FREEING);
      long[] blocks = new long[(int) (LARGE_POOL / SIZE)];
      int count = allocator.allocate(SIZE, blocks, 0, blocks.length);
      assertEquals(Address.NULL, allocator.allocate(SIZE));
      assertFew(20, Stepping.count(() -> allocator.allocate(SIZE)));
      assertFew(20, Stepping.count(() -> allocator.allocate(LARGE_POOL / 2)));
      Random random = new Random(1);
      for (int i = 0; i < 20; i++) {
        int index = random.nextInt(count);
        long freed = blocks[index];
        allocator.transfer(freed, ALLOCATING, FREEING);
        other.free(freed);
        long accesses = Stepping.count(() -> blocks[index] = allocator.allocate(SIZE));
        assertEquals(freed, blocks[index]);
        // There are a hundred times as many bitmap words.
        assertFew(10_000, accesses);
        assertEquals(Address.NULL, allocator.allocate(SIZE));
      }
      assertEquals(List.of(), other.verify());
    }
  }

  /** One block in twenty is free: returns accesses per block, in the order of freeing. */
  private static double almostFullPool() {
    try (Arena arena = Arena.ofConfined()) {
      AllocatorMemory memory = memory(arena, POOL);
      Allocator allocator = new SlabProvider().attach(memory, ALLOCATING);
      Allocator other = new SlabProvider().attach(memory, FREEING);
      long[] blocks = new long[(int) (POOL / SIZE)];
      int count = allocator.allocate(SIZE, blocks, 0, blocks.length);
      for (int i = 0; i < count; i += KEPT) {
        allocator.free(blocks[i]);
      }
      long[] live = new long[NEIGHBOURS];
      return (double)
              Stepping.count(
                  () -> {
                    for (int i = 0; i < STEPS / NEIGHBOURS; i++) {
                      assertEquals(
                          NEIGHBOURS, allocator.allocate(SIZE, live, 0, NEIGHBOURS), "blocks");
                      allocator.transfer(live, 0, NEIGHBOURS, ALLOCATING, FREEING);
                      other.free(live, 0, NEIGHBOURS);
                    }
                  })
          / STEPS;
    }
  }

  /** It does not get slower, whatever came and went. */
  private static void history() {
    try (Arena arena = Arena.ofConfined()) {
      AllocatorMemory memory = memory(arena, 4 * POOL);
      Allocator allocator = new SlabProvider().attach(memory, ALLOCATING);
      KeptMessages messages = new KeptMessages(allocator, 2 * POOL);
      long part = KeptMessages.STEPS / 4;
      messages.run(part);
      long early = Stepping.count(() -> messages.run(part));
      messages.run(part);
      long late = Stepping.count(() -> messages.run(part));
      assertTrue(late <= 1.05 * early, late + " accesses instead of " + early);
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
