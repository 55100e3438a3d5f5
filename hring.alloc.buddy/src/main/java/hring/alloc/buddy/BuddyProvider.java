package hring.alloc.buddy;

import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;

/**
 * The allocator named "buddy": blocks of any size up to the largest power of two that fits into the
 * pool. A block occupies its size rounded up to a power of two of granules, and starts at a
 * multiple of that, counted from the start of the pool.
 *
 * <p>No operation waits for another participant, and whatever a participant leaves when it dies can
 * be reclaimed. Free neighbours are joined only when no block of the requested size is found
 * otherwise. An allocate that returns NULL has searched the whole pool: it takes time in proportion
 * to the number of blocks of the requested size that the pool could hold.
 */
public final class BuddyProvider implements AllocatorProvider {
  /** For {@link java.util.ServiceLoader}. */
  public BuddyProvider() {}

  @Override
  public String name() {
    return "buddy";
  }

  /**
   * {@inheritDoc} About 12 bytes for each granule of the pool.
   *
   * @param geometry any geometry
   * @return the size in bytes
   */
  @Override
  public long metadataSize(PoolGeometry geometry) {
    return BuddyLayout.size(geometry);
  }

  @Override
  public void format(AllocatorMemory memory) {
    tree(memory).format();
    BuddyLayout.writeHeader(memory);
  }

  /**
   * {@inheritDoc}
   *
   * @throws RegionException if the metadata was not formatted for this pool
   */
  @Override
  public Allocator attach(AllocatorMemory memory, int owner) {
    if (owner < Owner.NONE || owner > memory.geometry().maxOwners()) {
      throw new IllegalArgumentException(
          "owner "
              + owner
              + " is not from 1 to "
              + memory.geometry().maxOwners()
              + ", nor "
              + Owner.NONE
              + " for an observer");
    }
    BuddyLayout.checkHeader(memory);
    return new BuddyAllocator(memory, owner, new NodeWords(BuddyLayout.words(memory)));
  }

  private static BuddyTree tree(AllocatorMemory memory) {
    return new BuddyTree(new NodeWords(BuddyLayout.words(memory)), TreeShape.of(memory.geometry()));
  }
}
