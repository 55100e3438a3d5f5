package hring.alloc.buddy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import hring.testkit.Stepping;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads act as participants of one pool, truly at the same time. */
@Timeout(120)
final class BuddyThreadsTest {
  private static final int GRANULES = 256;

  private final TestPool pool = new TestPool(GRANULES);

  /** Each thread lives and dies many times; the next one of its number is born after reclaim. */
  @Test
  void livesAndDeathsAtRandomSteps() {
    Stepping.run(ThreadScenes.class, "lives and deaths");
  }

  /** Of many threads of a process that free the same block, one gets through. */
  @Test
  void aBlockIsFreedOnce() throws Exception {
    Allocator allocator = pool.attach(1);
    AtomicInteger freed = new AtomicInteger();
    int blocks = 20_000;
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < blocks; i++) {
        long address = allocator.allocate(64);
        Runnable free =
            () -> {
              try {
                allocator.free(address);
                freed.incrementAndGet();
              } catch (InvalidAddressException e) {
                assertEquals(address, e.address());
              }
            };
        Future<?> one = threads.submit(free);
        Future<?> two = threads.submit(free);
        one.get();
        two.get();
      }
    }
    assertEquals(blocks, freed.get());
    assertEquals(List.of(), allocator.verify());
    assertEquals(0, allocator.stats().blocks());
  }
}
