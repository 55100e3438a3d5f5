package hring.alloc.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of a pool can be had, and in which sizes. */
@Timeout(120)
final class SlabPoolUseTest {
  private static final int HISTORY = 50_000;

  private final Arena arena = Arena.ofAuto();
  private AllocatorMemory memory;

  @ParameterizedTest
  @ValueSource(longs = {64 << 10, 256 << 10, 1 << 20, 4 << 20})
  void linesOfMixedLengthFillASmallPool(long poolSize) {
    Allocator allocator = allocator(poolSize);
    Random random = new Random(1);
    long sum = 0;
    int length = line(random);
    while (allocator.allocate(length) != Address.NULL) {
      sum += length + 15 & -16;
      length = line(random);
    }
    assertTrue(sum > 0.8 * poolSize, sum + " of " + poolSize + " bytes before the first NULL");
  }

  @ParameterizedTest
  @ValueSource(longs = {8 << 10, 64 << 10, 1 << 20, 64 << 20})
  void halfThePoolCanBeHadTwice(long poolSize) {
    Allocator allocator = allocator(poolSize);
    assertEquals(poolSize / 2, allocator.largestBlock());
    long first = allocator.allocate(poolSize / 2);
    long second = allocator.allocate(poolSize / 2);
    assertNotEquals(Address.NULL, second);
    assertEquals(Address.NULL, allocator.allocate(1));
    allocator.free(first);
    assertNotEquals(Address.NULL, allocator.allocate(poolSize / 4));
    allocator.free(second);
    assertEquals(List.of(), allocator.verify());
  }

  /** Where one frees pages that another one has passed by, they come first again. */
  @Test
  void anExtentDoesNotCutAnEmptyPoolInTwo() {
    long poolSize = 256 << 10;
    Allocator first = allocator(poolSize);
    Allocator second = new SlabProvider().attach(memory, 2);
    long high = first.allocate(16 << 10);
    long low = second.allocate(16 << 10);
    first.free(high);
    second.free(low);
    assertNotEquals(Address.NULL, second.allocate(poolSize / 2));
    assertNotEquals(Address.NULL, second.allocate(poolSize / 2));
  }

  /** One message of each size is kept for ever; what else was free then is free at the end. */
  @Test
  void aHistoryLeavesNothingUnusable() {
    long poolSize = 16 << 20;
    Allocator allocator = allocator(poolSize);
    for (int size = 16; size <= 128 << 10; size *= 2) {
      allocator.allocate(size);
    }
    allocator.flush();
    long free = allocator.stats().free();
    long largest = allocator.stats().largestFree();
    Random random = new Random(2);
    List<Long> live = new ArrayList<>();
    long used = 0;
    for (int i = 0; i < HISTORY; i++) {
      long address = allocator.allocate(mixed(random));
      if (address != Address.NULL) {
        live.add(address);
        used += Address.length(address);
      }
      while (used > poolSize / 2) {
        int index = random.nextInt(live.size());
        long freed = live.set(index, live.getLast());
        live.removeLast();
        allocator.free(freed);
        used -= Address.length(freed);
      }
    }
    live.forEach(allocator::free);
    allocator.flush();
    assertEquals(List.of(), allocator.verify());
    assertTrue(allocator.stats().free() >= 0.95 * free, "free " + allocator.stats().free());
    assertTrue(
        allocator.stats().largestFree() >= 0.95 * largest,
        allocator.stats().largestFree() + " instead of " + largest);
  }

  /** The allocating thread keeps it at hand: that is nobody else's business. */
  @Test
  void aBlockThatWasFreedIsCalledFreed() {
    Allocator allocator = allocator(1 << 20);
    long address = allocator.allocate(64);
    allocator.free(address);
    for (Executable again :
        List.<Executable>of(
            () -> allocator.free(address),
            () -> allocator.free(new long[] {address}, 0, 1),
            () -> allocator.transfer(address, 1, Owner.IN_FLIGHT))) {
      String message = assertThrows(InvalidAddressException.class, again).getMessage();
      assertTrue(message.contains("already freed"), message);
    }
  }

  private static int line(Random random) {
    return 1 + (int) Math.min(2000, Math.round(60 * Math.exp(random.nextGaussian() * 0.9)));
  }

  private static int mixed(Random random) {
    return (int) (8 * Math.pow(2, 14 * random.nextDouble()));
  }

  private Allocator allocator(long poolSize) {
    SlabProvider provider = new SlabProvider();
    PoolGeometry geometry = new PoolGeometry(poolSize, PoolGeometry.defaultGranule(poolSize), 2);
    memory =
        new AllocatorMemory(
            arena.allocate(provider.metadataSize(geometry), 64),
            MemorySegment.NULL,
            geometry,
            owner -> true);
    provider.format(memory);
    return provider.attach(memory, 1);
  }
}
