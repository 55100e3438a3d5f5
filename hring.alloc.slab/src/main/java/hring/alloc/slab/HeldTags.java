package hring.alloc.slab;

import hring.api.Address;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * The block table's entries of blocks that are free and that a participant keeps in a {@link
 * Magazine}: the owner is {@link #OWNER}, in place of the length stands the participant's number.
 *
 * <p>A block becomes held by one compare-and-set on its entry. So of several threads that free a
 * block one succeeds, and whoever reclaims sees from the entry alone whose block it is.
 */
final class HeldTags {
  /** No participant has this number, and no message. */
  static final int OWNER = 252;

  private static final int OWNER_SHIFT = 24;

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
    // Partner: the same, and BlockTable.tryRemove(), of another thread that frees the same block.
    return SharedMemory.compareAndSetInt(
        entries,
        Address.granules(address) * Integer.BYTES,
        entry(owner, Address.length(address)),
        held);
  }

  /** Returns the address under which the table knows a block that a participant holds. */
  static long address(long granule, int participant) {
    return Address.of(granule, participant);
  }

  private static int entry(int owner, int length) {
    return owner << OWNER_SHIFT | length;
  }
}
