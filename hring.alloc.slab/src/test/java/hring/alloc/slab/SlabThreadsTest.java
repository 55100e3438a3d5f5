package hring.alloc.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Participants on threads of their own: they allocate, hand over, and free what others made. */
@Timeout(120)
final class SlabThreadsTest {
  private static final int PARTICIPANTS = 4;
  private static final int STEPS = 60_000;
  private static final int MAX_HELD = 40;
  private static final int MEETINGS = 3_000;
  private static final int[] SIZES = {8, 64, 65, 200, 600, 3000};

  private final Queue<Long> inFlight = new ConcurrentLinkedQueue<>();
  private AllocatorMemory memory;

  @ParameterizedTest
  @ValueSource(longs = {16 << 10, 256 << 10})
  void noBlockIsInTwoHandsAndNoneIsLost(long poolSize)
      throws InterruptedException, ExecutionException {
    SlabProvider provider = new SlabProvider();
    PoolGeometry geometry = new PoolGeometry(poolSize, 8, PARTICIPANTS + 1);
    try (Arena arena = Arena.ofShared();
        ExecutorService threads = Executors.newFixedThreadPool(PARTICIPANTS)) {
      MemorySegment metadata = arena.allocate(provider.metadataSize(geometry), 64);
      memory = new AllocatorMemory(metadata, arena.allocate(poolSize, 64), geometry, owner -> true);
      provider.format(memory);
      List<Future<?>> running = new ArrayList<>();
      List<Allocator> allocators = new ArrayList<>();
      for (int owner = 1; owner <= PARTICIPANTS; owner++) {
        Allocator allocator = provider.attach(memory, owner);
        allocators.add(allocator);
        int me = owner;
        running.add(threads.submit(() -> live(allocator, me)));
      }
      for (Future<?> each : running) {
        each.get();
      }
      Allocator last = provider.attach(memory, PARTICIPANTS + 1);
      inFlight.forEach(address -> last.transfer(address, Owner.IN_FLIGHT, PARTICIPANTS + 1));
      inFlight.forEach(last::free);
      allocators.forEach(Allocator::close);
      last.flush();
      assertEquals(List.of(), last.verify());
      assertEquals(0, last.stats().blocks());
      assertEquals(poolSize, last.stats().free());
    }
  }

  /** By the thread that allocates, which puts it back without a lock, and by another one. */
  @Test
  void ofTwoThreadsThatFreeOneBlockOneSucceeds() throws Exception {
    try (Arena arena = Arena.ofShared();
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      Allocator allocator = attachAlone(arena);
      AtomicInteger ready = new AtomicInteger();
      for (int i = 1; i <= MEETINGS; i++) {
        long address = allocator.allocate(8);
        int both = 2 * i;
        Future<Boolean> byOther = other.submit(() -> meetAndFree(allocator, address, ready, both));
        boolean byOwn = meetAndFree(allocator, address, ready, both);
        assertTrue(byOwn ^ byOther.get(), "freed by both, or by none");
      }
      allocator.flush();
      assertEquals(List.of(), allocator.verify());
      assertEquals(64 << 10, allocator.stats().free());
    }
  }

  /** A message that was delivered before says so in its entry. */
  @Test
  void anotherThreadFreesWhatWasDeliveredTwice() throws Exception {
    try (Arena arena = Arena.ofShared();
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      Allocator allocator = attachAlone(arena);
      long[] blocks = new long[3];
      allocator.allocate(8, blocks, 0, blocks.length);
      for (long address : blocks) {
        allocator.transfer(address, 1, Owner.IN_FLIGHT);
        assertTrue(allocator.tryTransfer(address, Owner.IN_FLIGHT, 1, 2));
      }
      other.submit(() -> allocator.free(blocks[0])).get();
      other.submit(() -> allocator.free(blocks, 1, 2)).get();
      allocator.free(blocks[2]);
      assertEquals(0, allocator.stats().blocks());
    }
  }

  private Allocator attachAlone(Arena arena) {
    SlabProvider provider = new SlabProvider();
    PoolGeometry geometry = new PoolGeometry(64 << 10, 64, 2);
    MemorySegment metadata = arena.allocate(provider.metadataSize(geometry), 64);
    memory = new AllocatorMemory(metadata, MemorySegment.NULL, geometry, owner -> true);
    provider.format(memory);
    return provider.attach(memory, 1);
  }

  private static boolean meetAndFree(
      Allocator allocator, long address, AtomicInteger ready, int both) {
    ready.incrementAndGet();
    while (ready.get() < both) {
      Thread.yield(); // There may be fewer free processors than threads.
    }
    try {
      allocator.free(address);
      return true;
    } catch (InvalidAddressException e) {
      return false;
    }
  }

  private void live(Allocator allocator, int me) {
    Random random = new Random(me);
    long[] held = new long[MAX_HELD];
    int count = 0;
    for (int i = 0; i < STEPS; i++) {
      if (count < MAX_HELD && random.nextBoolean()) {
        long address = allocator.allocate(SIZES[random.nextInt(SIZES.length)]);
        if (address != Address.NULL) {
          stamp(address, address);
          allocator.transfer(address, me, Owner.IN_FLIGHT);
          inFlight.add(address);
        }
      }
      Long taken = count < MAX_HELD && random.nextInt(3) > 0 ? inFlight.poll() : null;
      if (taken != null) {
        allocator.transfer(taken, Owner.IN_FLIGHT, me);
        held[count++] = taken;
      }
      if (count > 0 && random.nextInt(MAX_HELD) == 0) {
        for (int j = 0; j < count; j++) {
          assertEquals(held[j], stamped(held[j]), "what was written into the block");
          stamp(held[j], -1);
        }
        allocator.free(held, 0, count);
        count = 0;
      }
      if (random.nextInt(500) == 0) {
        allocator.flush();
      }
    }
    allocator.free(held, 0, count);
  }

  private void stamp(long address, long value) {
    memory.pool().set(ValueLayout.JAVA_LONG, Address.granules(address) * Long.BYTES, value);
  }

  private long stamped(long address) {
    return memory.pool().get(ValueLayout.JAVA_LONG, Address.granules(address) * Long.BYTES);
  }
}
