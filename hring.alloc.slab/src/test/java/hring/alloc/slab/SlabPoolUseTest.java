package hring.alloc.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
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
  private final Arena arena = Arena.ofAuto();
  private final BitSet dead = new BitSet();
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

  /** What was free beside the messages that are kept is free at the end. */
  @ParameterizedTest
  @ValueSource(longs = {16 << 20, 64 << 20})
  void aHistoryLeavesNothingUnusable(long poolSize) {
    Allocator allocator = allocator(poolSize);
    KeptMessages messages = new KeptMessages(allocator, poolSize / 2);
    long free = allocator.stats().free();
    long largest = allocator.stats().largestFree();
    messages.run(KeptMessages.STEPS);
    messages.end();
    assertEquals(List.of(), allocator.verify());
    assertTrue(allocator.stats().free() >= 0.95 * free, "free " + allocator.stats().free());
    assertTrue(
        allocator.stats().largestFree() >= 0.95 * largest,
        allocator.stats().largestFree() + " instead of " + largest);
  }

  /** A block of one granule there, which is less than the number of whoever holds it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void blocksAtTheEndOfThePoolComeBackFromTheGreatestNumber(boolean dies) {
    long poolSize = 64 << 10;
    Allocator survivor = allocator(poolSize);
    Allocator last = new SlabProvider().attach(memory, Owner.MAX);
    List<Long> live = new ArrayList<>();
    for (long address = last.allocate(1); address != Address.NULL; address = last.allocate(1)) {
      live.add(address);
    }
    live.forEach(last::free);
    if (dies) {
      dead.set(Owner.MAX);
      assertEquals(0, survivor.reclaim(Owner.MAX));
    }
    (dies ? survivor : last).flush();
    assertEquals(List.of(), survivor.verify());
    assertEquals(poolSize, survivor.stats().free());
  }

  /** Who is given large blocks for small messages, for want of others, keeps few of them. */
  @Test
  void fewLargeBlocksAreKeptForSmallMessages() {
    int large = 1024;
    Allocator first = allocator(256 << 10);
    Allocator second = new SlabProvider().attach(memory, 2);
    List<Long> live = new ArrayList<>();
    for (long address = first.allocate(large);
        address != Address.NULL;
        address = first.allocate(large)) {
      live.add(address);
    }
    // Some of each slab, so that none becomes empty.
    for (int i = 0; i < live.size(); i++) {
      if (i % 3 != 0) {
        first.free(live.get(i));
      }
    }
    first.flush();
    int free = count(first, large);
    long small = second.allocate(8);
    assertTrue(count(first, large) >= 0.9 * free, "blocks left by who took one");
    List<Long> others = new ArrayList<>();
    for (long address = small; address != Address.NULL; address = second.allocate(8)) {
      others.add(address);
    }
    others.forEach(second::free);
    assertTrue(count(first, large) >= 0.9 * free, "blocks left by who freed all");
  }

  private static int count(Allocator allocator, long size) {
    List<Long> taken = new ArrayList<>();
    for (long address = allocator.allocate(size);
        address != Address.NULL;
        address = allocator.allocate(size)) {
      taken.add(address);
    }
    taken.forEach(allocator::free);
    allocator.flush();
    return taken.size();
  }

  /** Its reserves cannot be given back then. */
  @Test
  void whatCannotBeFlushedIsClosedAllTheSame() {
    Allocator allocator = allocator(64 << 10);
    allocator.free(allocator.allocate(8));
    memory.metadata().asSlice(64).fill((byte) -1);
    assertThrows(RegionException.class, allocator::close);
    allocator.close();
    assertThrows(IllegalStateException.class, () -> allocator.allocate(4096));
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

  private Allocator allocator(long poolSize) {
    SlabProvider provider = new SlabProvider();
    PoolGeometry geometry =
        new PoolGeometry(poolSize, PoolGeometry.defaultGranule(poolSize), Owner.MAX);
    memory =
        new AllocatorMemory(
            arena.allocate(provider.metadataSize(geometry), 64),
            MemorySegment.NULL,
            geometry,
            owner -> !dead.get(owner));
    provider.format(memory);
    return provider.attach(memory, 1);
  }
}
