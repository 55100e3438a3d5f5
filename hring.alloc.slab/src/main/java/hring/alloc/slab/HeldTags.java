package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * The block table's entries of held blocks: those that are free, but that a participant keeps for
 * itself. The owner is {@link #OWNER}, and the length is the participant's number. Most held blocks
 * are in a {@link Magazine}.
 *
 * <p>A block becomes held by one compare-and-set on its entry. So of several threads that free a
 * block one succeeds, and the entry alone shows whoever reclaims whose block it is.
 */
final class HeldTags {
  /** A reserved owner number: neither a participant nor a message has it. */
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
   * Turns a live block of this participant into a held one.
   *
   * @param address an address inside the pool, of a length below 1 MiB
   * @return false, and nothing is changed, if it is not a live block of this participant
   */
  boolean tryHold(long address) {
    int seen = SharedMemory.getIntPlain(entries, offset(address));
    // Partner: the same compare-and-set in another thread that frees the same block.
    return (seen & ~DELIVERIES_MASK) == entry(owner, Address.length(address))
        && SharedMemory.compareAndSetInt(entries, offset(address), seen, held);
  }

  /**
   * Returns an address for a held block. Its length is 1 byte, so that it lies in the pool if the
   * block starts there.
   */
  static long address(long granule) {
    return Address.of(granule, 1);
  }

  /**
   * Returns whether this participant holds all blocks of a run.
   *
   * @param addresses addresses that {@link #address} returned
   * @param start the index of the first
   * @param run the number of blocks
   */
  boolean areHeld(long[] addresses, int start, int run) {
    boolean all = true;
    for (int i = start; i < start + run; i++) {
      all &= isHeld(addresses[i]);
    }
    return all;
  }

  /**
   * Returns whether this participant holds a block; the address is one that {@link #address}
   * returned.
   */
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
