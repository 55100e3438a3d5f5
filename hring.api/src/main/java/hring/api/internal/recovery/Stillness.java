package hring.api.internal.recovery;

import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;

/**
 * Says when a ring need not be looked after in each round: no receiver has anything that it could
 * leave by dying. To ask costs two reads of shared memory, and no system call.
 *
 * <ol>
 *   <li>The claim cursor is read, then the slots are looked through: no other receiver has
 *       messages, and nobody reclaims or has left any.
 *   <li>Whoever claims messages afterwards moves the cursor. So while it stays, nobody has claimed
 *       any.
 *   <li>Messages that came back are taken without the cursor. The word that counts such events has
 *       to stay for {@link #ROUNDS} rounds, too: by then whoever polls or waits has taken them,
 *       this receiver among them.
 * </ol>
 *
 * What others wrote is not trusted: whoever lies makes this look rarely, or often, and no more.
 * Makes no garbage. Used by one thread at a time.
 */
final class Stillness {
  /** A second. */
  private static final int ROUNDS = 10;

  private final ClaimCursor cursor;
  private final MemorySegment header;
  private final Participants participants;
  private final int self;
  private long claimed;
  private long returned;
  private int still;

  Stillness(Region region, int self) {
    cursor = region.claimCursor();
    header = region.headerMemory();
    participants = region.participants();
    this.self = self;
  }

  /** Returns whether it is still. To be called in each round, before any slot is looked at. */
  boolean holds() {
    long claimedNow = cursor.read();
    // Partner: getAndAddLong in Recovery.announce().
    long returnedNow = SharedMemory.getLongAcquire(header, HeaderLayout.RETURNED);
    if (claimedNow != claimed || returnedNow != returned) {
      claimed = claimedNow;
      returned = returnedNow;
      still = 0;
    }
    return still == ROUNDS;
  }

  /** Looks through the slots. To be called after the dead were reclaimed, in the same round. */
  void look() {
    boolean held = false;
    for (int owner = Participants.SENDER + 1; owner <= participants.slots(); owner++) {
      held |= owner != self && participants.mayHold(owner);
    }
    still = held ? 0 : Math.min(ROUNDS, still + 1);
  }
}
