package hring.alloc.buddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import java.util.ArrayList;
import java.util.List;

/**
 * A pool in the middle of its life, made anew for each try: participant 1 acts, 2 and 3 act in
 * between. Each keeps what it was given; a block that is given out twice is noticed.
 */
final class Scene {
  final TestPool pool;
  final Allocator[] allocators = new Allocator[TestPool.OWNERS + 1];
  final List<List<Long>> blocks = new ArrayList<>();

  Scene(int granules) {
    pool = new TestPool(granules);
    for (int owner = 0; owner <= TestPool.OWNERS; owner++) {
      allocators[owner] = owner == 0 ? null : pool.attach(owner);
      blocks.add(new ArrayList<>());
    }
  }

  void allocate(int owner, int granules) {
    long address = allocators[owner].allocate(granules * 64L);
    if (address != Address.NULL) {
      blocks.get(owner).add(address);
    }
  }

  /** Frees the oldest or the newest block of a participant. */
  void free(int owner, boolean oldest) {
    List<Long> own = blocks.get(owner);
    if (!own.isEmpty()) {
      // Gone from the list even if the owner is killed: what then becomes of it is for reclaim.
      allocators[owner].free(own.remove(oldest ? 0 : own.size() - 1));
    }
  }

  void pass(int from, int to) {
    List<Long> own = blocks.get(from);
    if (!own.isEmpty()) {
      allocators[from].transfer(own.getFirst(), from, to);
      blocks.get(to).add(own.removeFirst());
    }
  }

  /** What is live is what the living hold, nothing overlaps, and all can be freed to one block. */
  void assertSound() {
    assertEquals(List.of(), allocators[3].verify());
    assertDisjoint();
    for (int owner = 1; owner <= TestPool.OWNERS; owner++) {
      List<Long> expected = blocks.get(owner).stream().sorted(Scene::byPlace).toList();
      List<Long> live = new ArrayList<>();
      allocators[3].forEachBlock(owner, live::add);
      assertEquals(expected, live, "blocks of participant " + owner);
    }
    for (int owner = 1; owner <= TestPool.OWNERS; owner++) {
      Allocator fresh = pool.attach(owner);
      blocks.get(owner).forEach(fresh::free);
    }
    assertWhole();
  }

  private void assertWhole() {
    Allocator fresh = pool.attach(3);
    assertEquals(fresh.largestBlock(), fresh.stats().largestFree());
    assertEquals(pool.geometry.poolSize(), fresh.stats().free());
    long all = fresh.allocate(fresh.largestBlock());
    assertNotEquals(Address.NULL, all, "no block of the largest size");
    assertEquals(List.of(), fresh.verify());
    fresh.free(all);
  }

  void assertDisjoint() {
    boolean[] used = new boolean[(int) pool.geometry.granules()];
    for (List<Long> own : blocks) {
      for (long address : own) {
        int granules = (Address.length(address) + 63) / 64;
        for (int i = 0; i < granules; i++) {
          int at = (int) Address.granules(address) + i;
          assertTrue(!used[at], "granule " + at + " was handed out twice");
          used[at] = true;
        }
      }
    }
  }

  void die(int owner) {
    pool.dead.set(owner);
    blocks.get(owner).clear();
  }

  int reclaim(int by, int dead) {
    return allocators[by].reclaim(dead);
  }

  /** Fills all that can still be had, as participant 3. */
  void fill() {
    int before;
    do {
      before = blocks.get(3).size();
      allocate(3, 1);
    } while (blocks.get(3).size() > before);
  }

  static int byPlace(long a, long b) {
    return Long.compare(Address.granules(a), Address.granules(b));
  }
}
