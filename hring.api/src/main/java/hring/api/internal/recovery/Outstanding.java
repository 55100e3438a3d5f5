package hring.api.internal.recovery;

import hring.api.Address;
import hring.api.internal.batch.Messages;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.ClaimRecord;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Holdings;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;
import java.util.function.LongToIntFunction;

/**
 * Looks whether messages that receivers claimed are not handled yet. Those are held by a receiver,
 * listed in a slot, or RETURNED; and each is so at any instant, since a message leaves one of these
 * places as it enters the next.
 *
 * <p>Let there be no message that is not claimed. If {@link #isNone} returns true, there was an
 * instant at which none was in any of the three places; so all were handled, or discarded:
 *
 * <ol>
 *   <li>{@link Holdings}: at the instant after the first look no receiver had a message, and none
 *       was being reclaimed.
 *   <li>Whoever makes a message RETURNED announces it before its slot shows that it has it no more.
 *       So each message that is RETURNED at that instant is announced, and since the word in the
 *       header is the same before and afterwards, it was before it was read.
 *   <li>So the search through all blocks that found none for this value of the word began after the
 *       message was RETURNED, and would have found it.
 * </ol>
 *
 * A receiver that dies does not make it wrong: its messages count as held until somebody has
 * reclaimed them. All blocks are looked through only after something was announced, and when
 * nothing else is left. Used by the sender's thread.
 */
public final class Outstanding {
  private final Messages messages;
  private final MemorySegment header;
  private final Participants participants;
  private final Holdings holdings;
  private final ClaimRecord record = new ClaimRecord();

  /** Made once, so that looking makes no garbage. */
  private final LongToIntFunction owners;

  /** For which value of the word no message was RETURNED. */
  private long noneAt;

  /** A message that was RETURNED when it was looked for, or NULL. */
  private long returned = Address.NULL;

  /**
   * Creates one for a ring that was just opened.
   *
   * @param region the region
   * @param allocator the sender's allocator
   */
  public Outstanding(Region region, Allocator allocator) {
    messages = new Messages(region, allocator, Participants.SENDER);
    owners = messages::owner;
    header = region.headerMemory();
    participants = region.participants();
    holdings = new Holdings(participants);
  }

  /**
   * Looks. To be called when all that was submitted is claimed.
   *
   * @return true if every message was freed or discarded
   */
  public boolean isNone() {
    long word = announced();
    freeEmptied();
    return holdings.areNone()
        && isNoneReturned(word)
        && holdings.areStillNone()
        && announced() == word;
  }

  /** Slots of whose record all is taken stay LEFTOVER until somebody looks. */
  private void freeEmptied() {
    for (int owner = Participants.SENDER + 1; owner <= participants.slots(); owner++) {
      long seen = participants.leftover(owner);
      if (seen != 0) {
        participants.leftoverRecord(owner, record);
        if (record.firstOf(owners, Owner.LEFTOVER) == record.count()) {
          participants.freeLeftover(owner, seen);
        }
      }
    }
  }

  private long announced() {
    // Partner: getAndAddLong in Recovery.announce().
    return SharedMemory.getLongAcquire(header, HeaderLayout.RETURNED);
  }

  private boolean isNoneReturned(long word) {
    if (word == noneAt) {
      return true;
    }
    if (messages.owner(returned) == Owner.RETURNED) {
      return false;
    }
    returned = Address.NULL;
    // The last of them stays: receivers take the first ones first.
    messages.forEach(Owner.RETURNED, address -> returned = address);
    if (returned == Address.NULL) {
      noneAt = word;
    }
    return returned == Address.NULL;
  }
}
