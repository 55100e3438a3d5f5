package hring.alloc.buddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** Random histories of several participants of one pool, against a plain map of what is live. */
final class BuddyHistoryProperties {
  private static final int GRANULE = 64;

  private record Step(int kind, int owner, int pick, long size) {}

  /** What should be live: the owner of each address. */
  private final Map<Long, Integer> model = new TreeMap<>(Scene::byPlace);

  private TestPool pool;
  private Allocator[] allocators;

  @Provide
  Arbitrary<List<Step>> histories() {
    Arbitrary<Long> sizes =
        Arbitraries.oneOf(
            Arbitraries.longs().between(1, 3 * GRANULE),
            Arbitraries.longs().between(1, 40L * GRANULE));
    return Combinators.combine(
            Arbitraries.frequency(Tuple.of(10, 0), Tuple.of(7, 1), Tuple.of(3, 2), Tuple.of(1, 3)),
            Arbitraries.integers().between(1, TestPool.OWNERS),
            Arbitraries.integers().between(0, 1 << 20),
            sizes)
        .as(Step::new)
        .list()
        .ofMaxSize(150);
  }

  @Property(tries = 300)
  void anyHistoryKeepsTheContract(
      @ForAll("histories") List<Step> history, @ForAll @IntRange(min = 1, max = 70) int granules) {
    begin(granules);
    for (Step step : history) {
      switch (step.kind) {
        case 0 -> allocate(step);
        case 1 -> free(step);
        case 2 -> transfer(step);
        default -> reclaim(step.owner);
      }
      assertEquals(List.of(), allocators[1].verify());
    }
    assertStatsMatch();
    assertLaterParticipantSeesTheSame();
    freeAll();
  }

  private void begin(int granules) {
    model.clear();
    pool = new TestPool(granules);
    allocators = new Allocator[TestPool.OWNERS + 1];
    for (int owner = 1; owner <= TestPool.OWNERS; owner++) {
      allocators[owner] = pool.attach(owner);
    }
  }

  private void allocate(Step step) {
    Allocator allocator = allocators[step.owner];
    if (step.size > allocator.largestBlock()) {
      assertThrows(IllegalArgumentException.class, () -> allocator.allocate(step.size));
      return;
    }
    long largest = allocator.stats().largestFree();
    long address = allocator.allocate(step.size);
    assertEquals(step.size <= largest, address != Address.NULL, "room for " + step.size);
    if (address == Address.NULL) {
      return;
    }
    long held = held(step.size);
    long start = Address.granules(address) * GRANULE;
    assertEquals(step.size, Address.length(address));
    assertEquals(0, start % held, "a block is aligned to its rounded size");
    assertTrue(start + held <= pool.geometry.poolSize(), "a block lies inside the pool");
    for (long other : model.keySet()) {
      long otherStart = Address.granules(other) * GRANULE;
      assertTrue(
          start + held <= otherStart || otherStart + held(Address.length(other)) <= start,
          "blocks overlap");
    }
    model.put(address, step.owner);
  }

  private static long held(long size) {
    return Math.max(GRANULE, Long.highestOneBit(size * 2 - 1));
  }

  private void free(Step step) {
    if (model.isEmpty()) {
      return;
    }
    long address = pick(step);
    int owner = model.get(address);
    int wrong = owner % TestPool.OWNERS + 1;
    long longer = Address.of(Address.granules(address), Address.length(address) + 1L);
    assertThrows(InvalidAddressException.class, () -> allocators[wrong].free(address));
    assertThrows(InvalidAddressException.class, () -> allocators[owner].free(longer));
    allocators[owner].free(address);
    assertThrows(InvalidAddressException.class, () -> allocators[owner].free(address));
    model.remove(address);
  }

  private void transfer(Step step) {
    if (!model.isEmpty()) {
      long address = pick(step);
      allocators[step.owner].transfer(address, model.get(address), step.owner);
      model.put(address, step.owner);
    }
  }

  private void reclaim(int dead) {
    int by = dead % TestPool.OWNERS + 1;
    assertThrows(IllegalStateException.class, () -> allocators[by].reclaim(dead));
    pool.dead.set(dead);
    long expected = model.values().stream().filter(owner -> owner == dead).count();
    assertEquals(expected, allocators[by].reclaim(dead));
    pool.dead.clear(dead);
    model.values().removeIf(owner -> owner == dead);
    allocators[dead] = pool.attach(dead);
  }

  private long pick(Step step) {
    List<Long> live = new ArrayList<>(model.keySet());
    return live.get(step.pick % live.size());
  }

  private void assertStatsMatch() {
    AllocatorStats stats = allocators[2].stats();
    assertEquals(model.size(), stats.blocks());
    assertEquals(model.keySet().stream().mapToLong(Address::length).sum(), stats.used());
    assertEquals(
        model.keySet().stream().mapToLong(a -> held(Address.length(a))).sum(), stats.held());
    assertEquals(pool.geometry.poolSize(), stats.held() + stats.free());
  }

  private void assertLaterParticipantSeesTheSame() {
    Allocator observer = pool.attach(0);
    for (int owner = 1; owner <= TestPool.OWNERS; owner++) {
      int wanted = owner;
      List<Long> seen = new ArrayList<>();
      observer.forEachBlock(owner, seen::add);
      assertEquals(model.keySet().stream().filter(a -> model.get(a) == wanted).toList(), seen);
    }
  }

  private void freeAll() {
    model.forEach((address, owner) -> allocators[owner].free(address));
    Allocator any = allocators[1];
    assertEquals(any.largestBlock(), any.stats().largestFree());
    assertEquals(pool.geometry.poolSize(), any.stats().free());
    assertNotEquals(Address.NULL, any.allocate(any.largestBlock()));
    assertEquals(List.of(), any.verify());
  }
}
