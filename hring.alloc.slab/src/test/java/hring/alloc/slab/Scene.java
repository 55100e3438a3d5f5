package hring.alloc.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A small pool with participants that remember what they were given. */
final class Scene {
  static final int OWNERS = 4;
  static final int GRANULE = 64;
  private static final long POOL_SIZE = 12 << 10;

  final PoolGeometry geometry = new PoolGeometry(POOL_SIZE, GRANULE, OWNERS);
  final BitSet dead = new BitSet();
  final AllocatorMemory memory;
  final Allocator[] allocators = new Allocator[OWNERS + 1];

  /** What each was given: a block that was given twice is here twice. */
  final List<List<Long>> held = new ArrayList<>();

  Scene() {
    SlabProvider provider = new SlabProvider();
    memory =
        new AllocatorMemory(
            Arena.ofAuto().allocate(provider.metadataSize(geometry), GRANULE),
            MemorySegment.NULL,
            geometry,
            owner -> !dead.get(owner));
    provider.format(memory);
    held.add(new ArrayList<>());
    for (int owner = 1; owner <= OWNERS; owner++) {
      allocators[owner] = provider.attach(memory, owner);
      held.add(new ArrayList<>());
    }
  }

  void allocate(int owner, long size, int count) {
    for (int i = 0; i < count; i++) {
      long address = allocators[owner].allocate(size);
      if (address == Address.NULL) {
        return;
      }
      held.get(owner).add(address);
    }
  }

  /** Frees the lowest blocks, or all if there are fewer, in one go. */
  void free(int owner, int count) {
    List<Long> own = held.get(owner);
    own.sort(null);
    List<Long> lowest = own.subList(0, Math.min(count, own.size()));
    long[] addresses = lowest.stream().mapToLong(a -> a).toArray();
    // Gone from the list even if the owner is killed: what then becomes of it is for reclaim.
    lowest.clear();
    if (addresses.length == 1) {
      allocators[owner].free(addresses[0]);
    } else {
      allocators[owner].free(addresses, 0, addresses.length);
    }
  }

  /** Transfers all blocks of one participant to another, as the ring does. */
  void handOver(int from, int to) {
    for (long address : held.get(from)) {
      allocators[from].transfer(address, from, to);
      held.get(to).add(address);
    }
    held.get(from).clear();
  }

  void die(int owner) {
    dead.set(owner);
    held.get(owner).clear();
  }

  /** Returns all that is in shared memory. */
  byte[] bytes() {
    return memory.metadata().toArray(ValueLayout.JAVA_BYTE);
  }

  void reclaim(int by, int whom) {
    allocators[by].reclaim(whom);
  }

  /** What is live is what the living hold, and nothing overlaps. */
  void assertSound() {
    assertEquals(List.of(), allocators[OWNERS].verify());
    for (int owner = 1; owner <= OWNERS; owner++) {
      List<Long> live = new ArrayList<>();
      allocators[OWNERS].forEachBlock(owner, live::add);
      live.sort(null);
      assertEquals(
          held.get(owner).stream().sorted().toList(), live, "blocks of participant " + owner);
    }
    assertDisjoint();
  }

  void assertDisjoint() {
    BitSet used = new BitSet();
    for (List<Long> own : held) {
      for (long address : own) {
        int first = (int) Address.granules(address);
        int end = first + (Address.length(address) + GRANULE - 1) / GRANULE;
        assertTrue(used.get(first, end).isEmpty(), "granule " + first + " was handed out twice");
        used.set(first, end);
      }
    }
  }

  /** After all is freed and flushed, every slab is in the common stock again. */
  void assertAllComesBack() {
    for (int pass = 0; pass < 2; pass++) {
      for (int owner = 1; owner <= OWNERS; owner++) {
        if (!dead.get(owner)) {
          free(owner, Integer.MAX_VALUE);
          allocators[owner].flush();
        }
      }
    }
    assertEquals(List.of(), allocators[OWNERS].verify());
    assertEquals(POOL_SIZE, allocators[OWNERS].stats().free());
    long largest = allocators[OWNERS].largestBlock();
    allocate(OWNERS, largest, OWNERS);
    assertEquals(POOL_SIZE / largest, held.get(OWNERS).size(), "slabs that came back");
  }
}
