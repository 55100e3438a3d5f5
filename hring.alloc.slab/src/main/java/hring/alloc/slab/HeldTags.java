package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * The block table's entries of blocks that are free and that a participant keeps for itself: the
 * owner is {@link #OWNER}, in place of the length stands the participant's number. Most of them are
 * in a {@link Magazine}.
 *
 * <p>A block becomes held by one compare-and-set on its entry. So of several threads that free a
 * block one succeeds, and whoever reclaims sees from the entry alone whose block it is.
 */
final class HeldTags {
  /** No participant has this number, and no message. */
  static final int OWNER = 252;

  private static final int OWNER_SHIFT = 24;
  private static final int DELIVERIES_MASK = BlockTable.MAX_DELIVERIES << 20;

  private final MemorySegment entries;
  private final int held;
  private final int owner;

  HeldTags(MemorySegment entries, int owner) {
    this.entries = entries;
    this.owner = owner;
    held = entry(OWNER, owner);
  }

  /**
   * Makes a live block of this participant a held one.
   *
   * @param address an address inside the pool, of a length below 1 MiB
   * @return false if it is not a live block of this participant; nothing is changed
   */
  boolean tryHold(long address) {
    int seen = SharedMemory.getIntPlain(entries, offset(address));
    // Partner: the same of another thread that frees the same block.
    return (seen & ~DELIVERIES_MASK) == entry(owner, Address.length(address))
        && SharedMemory.compareAndSetInt(entries, offset(address), seen, held);
  }

  /**
   * Returns an address for a held block: that of one byte, so that it lies in the pool wherever the
   * block does.
   */
  static long address(long granule) {
    return Address.of(granule, 1);
  }

  /**
   * Tells whether this participant holds blocks.
   *
   * @param addresses holds neighbours, of the form that {@link #address} returns
   * @param start the index of the first
   * @param run how many
   */
  boolean areHeld(long[] addresses, int start, int run) {
    boolean all = true;
    for (int i = start; i < start + run; i++) {
      all &= isHeld(addresses[i]);
    }
    return all;
  }

  /** Tells whether this participant holds a block, by an address that {@link #address} returned. */
  boolean isHeld(long address) {
    return SharedMemory.getIntPlain(entries, offset(address)) == held;
  }

  private static long offset(long address) {
    return Address.granules(address) * Integer.BYTES;
  }

  private static int entry(int owner, int length) {
    return owner << OWNER_SHIFT | length;
  }
}
