package hring.alloc.buddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.spi.alloc.Allocator;
import hring.testkit.Stepping;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Counts accesses, in a pool of so many granules. */
final class AccessScenes implements Consumer<String> {
  @Override
  public void accept(String granules) {
    TestPool pool = new TestPool(Long.parseLong(granules));
    Allocator dead = pool.attach(1);
    dead.allocate(1);
    dead.allocate(Long.parseLong(granules) * 16L);
    pool.dead.set(1);
    Allocator survivor = pool.attach(2);
    List<Long> blocks = new ArrayList<>();
    long accesses =
        Stepping.count(
            () -> {
              survivor.forEachBlock(1, blocks::add);
              assertEquals(2, blocks.size());
              assertEquals(2, survivor.reclaim(1));
            });
    assertTrue(accesses < 300, accesses + " accesses");
  }
}
