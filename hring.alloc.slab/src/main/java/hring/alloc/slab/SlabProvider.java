package hring.alloc.slab;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;

/**
 * The allocator named "slab": for many small messages. Its largest block is a sixteenth of the
 * pool, rounded down to a power of two, at least 4 KiB and at most 64 KiB; for larger ones there is
 * "buddy". The pool must have 8 KiB at least.
 */
public final class SlabProvider implements AllocatorProvider {
  /** For {@link java.util.ServiceLoader}. */
  public SlabProvider() {}

  @Override
  public String name() {
    return "slab";
  }

  @Override
  public long metadataSize(PoolGeometry geometry) {
    return new SlabLayout(geometry).size();
  }

  @Override
  public void format(AllocatorMemory memory) {
    // All else is zero: no slab in use, no lease, no live block.
    new SlabLayout(memory.geometry()).writeHeader(memory.metadata());
  }

  /**
   * Makes a participant's access. What an earlier participant of this number, now gone, left half
   * done is put in order, except that its blocks stay live.
   */
  @Override
  public Allocator attach(AllocatorMemory memory, int owner) {
    if (owner < Owner.NONE || owner > memory.geometry().maxOwners()) {
      throw new IllegalArgumentException(
          "owner " + owner + " is not from 0 to " + memory.geometry().maxOwners());
    }
    SlabLayout layout = new SlabLayout(memory.geometry());
    layout.checkHeader(memory.metadata());
    SlabPool pool = new SlabPool(layout, memory);
    if (owner != Owner.NONE) {
      new SlabReclaim(pool, owner).restore();
    }
    return new SlabAllocator(pool, memory, owner);
  }
}
