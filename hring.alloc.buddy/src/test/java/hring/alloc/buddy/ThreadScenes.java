package hring.alloc.buddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import hring.testkit.Stepping;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;

/** What {@link BuddyThreadsTest} runs in steps, of each thread its own. */
final class ThreadScenes implements Consumer<String> {
  private static final int GRANULES = 256;
  private static final int ROUNDS = 300;

  private final TestPool pool = new TestPool(GRANULES);
  private final AtomicIntegerArray holders = new AtomicIntegerArray(GRANULES);

  @Override
  public void accept(String what) {
    try {
      livesAndDeaths();
    } catch (Exception e) {
      throw new AssertionError(what + ": " + e.getMessage(), e);
    }
  }

  /** Each thread lives and dies many times; the next one of its number is born after reclaim. */
  private void livesAndDeaths() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(TestPool.OWNERS)) {
      List<Future<Integer>> deaths = new ArrayList<>();
      for (int owner = 1; owner <= TestPool.OWNERS; owner++) {
        int self = owner;
        deaths.add(threads.submit(() -> liveAndDie(self)));
      }
      for (Future<Integer> future : deaths) {
        assertTrue(future.get() > ROUNDS / 2, "too few were killed");
      }
    }
    Allocator last = pool.attach(1);
    assertEquals(List.of(), last.verify());
    assertEquals(0, last.stats().blocks());
    assertNotEquals(Address.NULL, last.allocate(last.largestBlock()));
  }

  private int liveAndDie(int owner) {
    Random random = new Random(owner);
    int deaths = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Deque<Long> own = new ArrayDeque<>();
      Allocator allocator = pool.attach(owner);
      deaths +=
          Stepping.dieAt(100 + random.nextInt(5000), () -> live(owner, random, allocator, own))
              ? 1
              : 0;
      // What it held is forgotten before it can be reclaimed and handed out again. A block in the
      // middle of being freed or allocated is not marked.
      own.forEach(address -> mark(address, owner, 0));
      synchronized (pool.dead) {
        pool.dead.set(owner);
      }
      // Reclaimed under a number that nobody has, as any survivor could.
      pool.attach(owner % TestPool.OWNERS + 1).reclaim(owner);
      assertEquals(0, pool.attach(owner % TestPool.OWNERS + 1).reclaim(owner));
      synchronized (pool.dead) {
        pool.dead.clear(owner);
      }
    }
    return deaths;
  }

  private void live(int owner, Random random, Allocator allocator, Deque<Long> own) {
    while (true) {
      if (own.size() < 20 && random.nextBoolean()) {
        long size = 1L << random.nextInt(12);
        long address = allocator.allocate(size);
        if (address != Address.NULL) {
          mark(address, 0, owner);
          own.add(address);
        }
      } else if (!own.isEmpty()) {
        long address = random.nextBoolean() ? own.removeFirst() : own.removeLast();
        mark(address, owner, 0);
        allocator.free(address);
      }
    }
  }

  private void mark(long address, int from, int to) {
    int granules = (Address.length(address) + 63) / 64;
    for (int i = 0; i < granules; i++) {
      int at = (int) Address.granules(address) + i;
      assertTrue(holders.compareAndSet(at, from, to), "granule " + at + " has two holders");
    }
  }
}
