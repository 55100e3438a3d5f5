package hring.alloc.slab;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;

/**
 * The allocator named "slab", the default: for messages of every size up to half the pool, rounded
 * down to pages (a page is some 8,192nd of the pool, 256 bytes to 64 KiB). The pool must have 8 KiB
 * at least. Its metadata takes 4 bytes for each granule, and some 75 bytes for each page or 64
 * granules.
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
   * Creates a participant's access to a pool. Repairs what an earlier participant of this number
   * left half done; its live blocks stay live.
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
