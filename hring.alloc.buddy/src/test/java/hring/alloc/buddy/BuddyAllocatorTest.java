package hring.alloc.buddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.Owner;
import hring.testkit.Stepping;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class BuddyAllocatorTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 64, 100, 1000, 1024})
  void anyPoolSizeCanBeFilledToTheLastGranule(int granules) {
    TestPool pool = new TestPool(granules);
    Allocator allocator = pool.attach(1);
    assertEquals(Integer.highestOneBit(granules) * 64L, allocator.largestBlock());
    for (int i = 0; i < granules; i++) {
      assertNotEquals(Address.NULL, allocator.allocate(1));
    }
    assertEquals(Address.NULL, allocator.allocate(1));
    assertEquals(0, allocator.stats().free());
    assertEquals(List.of(), allocator.verify());
  }

  @Test
  void refusesSizesThatNeverFit() {
    Allocator allocator = new TestPool(100).attach(1);
    assertThrows(IllegalArgumentException.class, () -> allocator.allocate(0));
    assertThrows(IllegalArgumentException.class, () -> allocator.allocate(-1));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> allocator.allocate(4097));
    assertTrue(e.getMessage().contains("4096"), e.getMessage());
  }

  @Test
  void blocksOfManyMebibytesKeepTheirLengthAndLeaveNoTrace() {
    TestPool pool = new TestPool(1 << 14, 4096);
    Allocator allocator = pool.attach(1);
    long address = allocator.allocate((16 << 20) + 5);
    assertEquals(1, allocator.owner(address));
    assertEquals(List.of(), allocator.verify());
    pool.dead.set(1);
    assertEquals(1, pool.attach(2).reclaim(1));
    Allocator other = pool.attach(2);
    long again = other.allocate(4096 * 2);
    assertEquals(2, other.owner(again));
    assertEquals(List.of(), other.verify());
  }

  @Test
  void garbageIsNeverFreed() {
    Allocator allocator = new TestPool(64).attach(1);
    long block = allocator.allocate(256);
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      long garbage = i % 2 == 0 ? random.nextLong() : random.nextLong() & 0x3FF_0000_003FL;
      if (garbage != block) {
        assertThrows(InvalidAddressException.class, () -> allocator.free(garbage));
      }
    }
    assertThrows(InvalidAddressException.class, () -> allocator.free(Address.NULL));
    assertThrows(InvalidAddressException.class, () -> allocator.free(BatchBit.set(block)));
    assertEquals(1, allocator.stats().blocks());
    allocator.free(block);
  }

  @Test
  void anObserverCannotChangeAnything() {
    TestPool pool = new TestPool(64);
    long block = pool.attach(1).allocate(100);
    Allocator observer = pool.attach(Owner.NONE);
    assertThrows(IllegalStateException.class, () -> observer.allocate(1));
    assertThrows(IllegalStateException.class, () -> observer.free(block));
    assertThrows(IllegalStateException.class, () -> observer.transfer(block, 1, 2));
    assertThrows(IllegalStateException.class, () -> observer.reclaim(1));
    assertEquals(1, observer.owner(block));
    assertEquals(100, observer.stats().used());
    assertEquals(List.of(), observer.verify());
  }

  @Test
  void reclaimRefusesTheLivingAndNumbersOutOfRange() {
    TestPool pool = new TestPool(64);
    Allocator allocator = pool.attach(1);
    assertThrows(IllegalStateException.class, () -> allocator.reclaim(2));
    assertThrows(IllegalArgumentException.class, () -> allocator.reclaim(0));
    assertThrows(IllegalArgumentException.class, () -> allocator.reclaim(TestPool.OWNERS + 1));
  }

  /** However large the pool is: only the way down to each block is looked at. */
  @ParameterizedTest
  @ValueSource(ints = {1 << 10, 1 << 20})
  void reclaimLooksWhereBlocksAre(int granules) {
    Stepping.run(AccessScenes.class, Integer.toString(granules));
  }

  @Test
  void metadataOfAnotherPoolIsRefused() {
    TestPool pool = new TestPool(64);
    pool.memory.metadata().fill((byte) 0);
    assertThrows(RegionException.class, () -> pool.attach(1));
  }

  /** Whatever the words are: an exception or an answer, never a hang or access outside. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 64, 512, 4096})
  void damagedMetadataIsSurvived(int damages) {
    Random random = new Random(damages);
    for (int round = 0; round < 50; round++) {
      TestPool pool = new TestPool(200);
      Allocator allocator = pool.attach(1);
      long[] blocks = new long[20];
      for (int i = 0; i < blocks.length; i++) {
        blocks[i] = allocator.allocate(1 + random.nextInt(500));
      }
      long size = pool.memory.metadata().byteSize() - 64;
      for (int i = 0; i < damages; i++) {
        long at = 64 + random.nextLong(size);
        byte old = pool.memory.metadata().get(ValueLayout.JAVA_BYTE, at);
        pool.memory
            .metadata()
            .set(ValueLayout.JAVA_BYTE, at, (byte) (old ^ 1 << random.nextInt(8)));
      }
      pool.dead.set(2);
      for (int i = 0; i < blocks.length; i++) {
        long block = blocks[i];
        survive(() -> allocator.free(block));
        survive(() -> allocator.allocate(1 + random.nextInt(5000)));
      }
      survive(() -> allocator.reclaim(2));
      survive(allocator::stats);
      survive(() -> allocator.forEachBlock(1, block -> {}));
      survive(allocator::verify);
    }
  }

  private static void survive(Runnable action) {
    try {
      action.run();
    } catch (RegionException | InvalidAddressException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  @Test
  void verifyNamesADamagedWord() {
    TestPool pool = new TestPool(64);
    Allocator allocator = pool.attach(1);
    allocator.allocate(64);
    pool.memory.metadata().set(ValueLayout.JAVA_LONG, 64 + 3 * 8, 0x1234);
    List<String> findings = allocator.verify();
    assertTrue(findings.toString().contains("word 3 is 0x0000000000001234"), findings.toString());
  }
}
