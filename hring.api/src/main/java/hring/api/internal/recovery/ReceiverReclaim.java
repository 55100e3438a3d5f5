package hring.api.internal.recovery;

import hring.api.Address;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Inbound;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * Takes back what a dead receiver left in the region: its bit among the parked, the blocks of a
 * claim that it had not settled, the blocks that it owned, its slot; in this order. Only one thread
 * at a time does this in a region. {@code docs/decisions/taking-back.md} goes through the steps at
 * which it can have died.
 *
 * <p>What the dead one left is not trusted: only blocks that are live, and in flight or its own,
 * are touched, and no more of them than the pool has.
 */
final class ReceiverReclaim {
  private final Region region;
  private final Participants participants;
  private final ClaimCursor cursor;
  private final Allocator allocator;
  private final Redelivery redelivery;
  private final MemorySegment pool;
  private final int granuleShift;
  private final long[] words = new long[Inbound.MAX_CLAIM];

  /**
   * Makes one.
   *
   * @param redelivery gets the messages, or null if they are to be discarded
   */
  ReceiverReclaim(Region region, Allocator allocator, Redelivery redelivery) {
    this.region = region;
    this.allocator = allocator;
    this.redelivery = redelivery;
    participants = region.participants();
    cursor = region.claimCursor();
    pool = region.pool();
    granuleShift = region.header().geometry().granuleShift();
  }

  /**
   * Takes everything back.
   *
   * @param dead an owner for which {@link Participants#tryBeginReclaim} returned true
   * @return how many messages were discarded
   */
  long run(int dead) {
    SharedMemory.getAndAndLong(
        region.headerMemory(), HeaderLayout.parkedWord(dead), ~HeaderLayout.parkedBit(dead));
    int lists = takeOverClaim(dead);
    Map<Long, Long> saved = redelivery == null ? Map.of() : redelivery.save(dead);
    int returned = allocator.reclaim(dead);
    participants.endReclaim(dead);
    if (redelivery == null) {
      return Math.max(0, returned - lists);
    }
    // Last: before, the allocator may not be done with what the dead one was freeing.
    redelivery.handOver(saved);
    return 0;
  }

  /**
   * Makes the dead one the owner of what its last claim still had in flight.
   *
   * @return how many lists of batches there were in the claim
   */
  private int takeOverClaim(int dead) {
    int count = participants.unsettledClaim(dead, cursor, words);
    for (int i = 0; i < count; i++) {
      if (Address.isBatch(words[i])) {
        // Nothing is claimed together with what comes behind a batch, whatever the record says.
        return takeOverBatch(Address.asBlock(words[i]), dead) ? 1 : 0;
      }
      takeOver(words[i], dead);
    }
    return 0;
  }

  private boolean takeOverBatch(long list, int dead) {
    int owner = allocator.owner(list);
    if (owner != Owner.IN_FLIGHT && owner != dead) {
      return false;
    }
    long offset = Address.granules(list) << granuleShift;
    int capacity = Address.length(list) / Long.BYTES;
    for (int i = 0; i < capacity; i++) {
      long entry = pool.get(ValueLayout.JAVA_LONG, offset + (long) i * Long.BYTES);
      if (entry == Address.NULL) {
        break;
      }
      // The batch bit is only the mark of a redelivered message here.
      takeOver(Address.asBlock(entry), dead);
    }
    takeOver(list, dead);
    return true;
  }

  private void takeOver(long address, int dead) {
    // It is the dead one's already if it died between two transfers.
    if (allocator.owner(address) == Owner.IN_FLIGHT) {
      allocator.transfer(address, Owner.IN_FLIGHT, dead);
    }
  }
}
