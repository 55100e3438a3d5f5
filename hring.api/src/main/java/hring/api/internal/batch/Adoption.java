package hring.api.internal.batch;

import hring.api.Address;
import hring.api.spi.alloc.Owner;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.ClaimRecord;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Claims;
import java.util.Arrays;
import java.util.function.LongToIntFunction;

/**
 * Takes messages that came back from other receivers: first those that nobody began, from the slots
 * that are LEFTOVER, the oldest first; then those that were handed out before, which the block
 * table shows as RETURNED, in no order. Used by the receiver's thread.
 *
 * <p>The messages are recorded in the receiver's own slot; then each is taken by a compare-and-set
 * of its entry in the block table, so that several receivers can share them. This needs no room in
 * the pool or in the ring.
 *
 * <p>To look through all blocks takes long in a large pool, so it is done once for many messages.
 * If another receiver takes one of them meanwhile, the compare-and-set fails.
 */
public final class Adoption {
  /** From this length on a failed try may mean that another block lies there by now. */
  private static final int LONG_BLOCK = 1 << 20;

  private final Messages held;

  /** Made once, so that looking makes no garbage. */
  private final LongToIntFunction owners;

  private final Claims claims;
  private final Participant participant;
  private final Participants participants;
  private final ClaimCursor cursor;
  private final ClaimRecord record = new ClaimRecord();

  /** For which value of the word that counts up there are no leftovers. */
  private long noLeftoversAt = -1;

  /** For which value of it all blocks were looked through. */
  private long scannedAt = -1;

  private long[] found = new long[0];
  private int foundCount;
  private int tried;

  /**
   * Creates the receiver's adoption.
   *
   * @param region the region
   * @param held the receiver's access to messages
   * @param participant the receiver's slot
   * @param claims says when to look
   */
  public Adoption(Region region, Messages held, Participant participant, Claims claims) {
    this.held = held;
    owners = held::owner;
    this.participant = participant;
    this.claims = claims;
    participants = region.participants();
    cursor = region.claimCursor();
  }

  /**
   * Takes messages that came back, if there are any. They are recorded in the slot then, in the
   * same order, as the only ones.
   *
   * @param into gets their addresses
   * @param limit how many at most
   * @return how many were taken; 0 if there are none
   */
  public int adopt(long[] into, int limit) {
    long now = claims.returned();
    int adopted = now == noLeftoversAt ? 0 : adoptLeftover(into, limit);
    if (adopted == 0) {
      noLeftoversAt = now;
      adopted = adoptReturned(into, limit, now);
    }
    if (adopted == 0 && scannedAt == now) {
      claims.looked(now);
    }
    return adopted;
  }

  private int adoptLeftover(long[] into, int limit) {
    // Each round that takes nothing found a slot that others were emptying.
    for (int rounds = 0; rounds <= participants.slots(); rounds++) {
      int oldest = oldestLeftover();
      if (oldest == 0) {
        return 0;
      }
      participants.leftoverRecord(oldest, record);
      int first = firstLeftover();
      int count = 0;
      for (int i = first; i < record.count() && count < limit; i++) {
        if (isLeftover(i)) {
          into[count++] = record.message(i);
        }
      }
      int adopted = count == 0 ? 0 : take(into, count, Owner.LEFTOVER, record.order(first));
      if (adopted > 0) {
        return adopted;
      }
    }
    return 0;
  }

  /** Finds the slot whose first leftover is the oldest; frees those that have none. */
  private int oldestLeftover() {
    int oldest = 0;
    long greatestAge = -1;
    long now = cursor.read();
    for (int owner = Participants.SENDER + 1; owner <= participants.slots(); owner++) {
      long seen = participants.leftover(owner);
      if (seen == 0) {
        continue;
      }
      participants.leftoverRecord(owner, record);
      int first = firstLeftover();
      if (first == record.count()) {
        participants.freeLeftover(owner, seen);
      } else if (record.age(first, now) > greatestAge) {
        greatestAge = record.age(first, now);
        oldest = owner;
      }
    }
    return oldest;
  }

  private int firstLeftover() {
    return record.firstOf(owners, Owner.LEFTOVER);
  }

  private boolean isLeftover(int index) {
    return held.owner(record.message(index)) == Owner.LEFTOVER;
  }

  private int adoptReturned(long[] into, int limit, long now) {
    boolean scanned = false;
    while (tried < foundCount || scannedAt != now && !scanned) {
      if (tried == foundCount) {
        scan(now);
        scanned = true;
      }
      int count = Math.min(limit, foundCount - tried);
      System.arraycopy(found, tried, into, 0, count);
      tried += count;
      int adopted =
          count == 0 ? 0 : take(into, count, Owner.RETURNED, ClaimCursor.position(cursor.read()));
      if (adopted > 0) {
        return adopted;
      }
    }
    return 0;
  }

  private void scan(long now) {
    // Before: what is put there from now on makes another value.
    scannedAt = now;
    foundCount = 0;
    tried = 0;
    held.forEach(Owner.RETURNED, this::found);
  }

  private void found(long address) {
    if (foundCount == found.length) {
      found = Arrays.copyOf(found, Math.max(Claims.MAX_CLAIM, 2 * foundCount));
    }
    found[foundCount++] = address;
  }

  private int take(long[] candidates, int count, int from, long order) {
    participant.recordAdoption(order, candidates, count);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      long address = candidates[i];
      if (held.tryTransfer(address, from, participant.owner(), 0)) {
        candidates[kept++] = address;
        if (held.deliveries(address) > 0) {
          participant.counters().redelivered();
        }
      } else if (Address.length(address) >= LONG_BLOCK) {
        scannedAt = -1;
      }
    }
    if (kept < count) {
      participant.shrinkRecord(candidates, kept);
    }
    participant.took(candidates, kept);
    return kept;
  }
}
