package hring.alloc.buddy;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/** A formatted pool in this process, and who is dead. */
final class TestPool {
  static final int OWNERS = 4;

  final PoolGeometry geometry;
  final AllocatorMemory memory;
  final BitSet dead = new BitSet();

  TestPool(long granules) {
    this(granules, 64);
  }

  TestPool(long granules, int granule) {
    BuddyProvider provider = new BuddyProvider();
    geometry = new PoolGeometry(granules * granule, granule, OWNERS);
    memory =
        new AllocatorMemory(
            Arena.ofAuto().allocate(provider.metadataSize(geometry), 64),
            MemorySegment.NULL,
            geometry,
            owner -> !dead.get(owner));
    provider.format(memory);
  }

  /** A copy of all that is in shared memory, and of who is dead. */
  TestPool copy() {
    TestPool copy = new TestPool(geometry.granules(), geometry.granule());
    copy.memory.metadata().copyFrom(memory.metadata());
    copy.dead.or(dead);
    return copy;
  }

  Allocator attach(int owner) {
    return new BuddyProvider().attach(memory, owner);
  }
}
