package hring.api.spi.alloc;

import hring.api.Address;
import hring.api.InvalidAddressException;

/** Says in a sentence why an allocator refuses an address. */
public final class Refusal {
  private Refusal() {}

  /**
   * Explains why an address was refused.
   *
   * @param geometry of the pool
   * @param address the address
   * @param block the address of the live block that starts at the same place, or {@link
   *     Address#NULL} if there is none or the place is outside the pool
   * @param owner whose that block is
   * @param wanted the owner that it should have had
   * @return an exception to throw
   */
  public static InvalidAddressException of(
      PoolGeometry geometry, long address, long block, int owner, int wanted) {
    return new InvalidAddressException(address, reason(geometry, address, block, owner, wanted));
  }

  private static String reason(
      PoolGeometry geometry, long address, long block, int owner, int wanted) {
    if (BatchBit.isSet(address)) {
      return "has the batch bit set; only a receiver meets such addresses, and resolves them"
          + " itself";
    }
    if (!geometry.contains(address)) {
      return "lies outside the pool of " + geometry.poolSize() + " bytes";
    }
    // The numbers between are for an allocator's free blocks.
    if (block == Address.NULL || owner > Owner.MAX && owner < Owner.LEFTOVER) {
      return "is not a live block: never allocated, already freed, or not the start of one";
    }
    if (block != address) {
      return "has the wrong length: the live block there has " + Address.length(block) + " bytes";
    }
    if (owner == Owner.IN_FLIGHT) {
      return "is in flight: it was queued already and no longer belongs to participant " + wanted;
    }
    if (owner == Owner.LEFTOVER || owner == Owner.RETURNED) {
      return "was given back, and waits for any receiver; it no longer belongs to participant "
          + wanted;
    }
    return "belongs to participant "
        + owner
        + ", not to "
        + (wanted == Owner.IN_FLIGHT ? "the ring" : wanted);
  }
}
