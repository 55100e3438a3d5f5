package hring.api.internal;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.RegionException;
import hring.api.spi.Allocator;
import hring.api.spi.Inbound;
import hring.api.spi.Owner;
import hring.api.spi.Participant;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Claims words from the ring and resolves them into the addresses of messages, in the order they
 * were sent.
 *
 * <p><b>Crash at any step.</b> The words of a claim are recorded in the participant's slot before
 * they are claimed, and forgotten only when every block that they name, the messages of batches
 * included, shows this participant as its owner. No block is freed before that. So a survivor finds
 * each of them either by the record (still in flight) or by its owner.
 */
public final class MessageReader {
  private final Allocator allocator;
  private final Inbound inbound;
  private final Participant participant;
  private final PoolView view;
  private final MemorySegment pool;
  private final long[] words = new long[Inbound.MAX_CLAIM];

  private long[] messages = new long[Inbound.MAX_CLAIM];
  private int next;
  private int end;

  /**
   * Makes a reader.
   *
   * @param allocator the receiver's allocator
   * @param inbound the receiver's end of the ring
   * @param participant the receiver's slot
   * @param view the pool
   */
  public MessageReader(
      Allocator allocator, Inbound inbound, Participant participant, PoolView view) {
    this.allocator = allocator;
    this.inbound = inbound;
    this.participant = participant;
    this.view = view;
    pool = view.pool();
  }

  /**
   * Tells how many claimed messages wait to be handled.
   *
   * @return the number
   */
  public int pending() {
    return end - next;
  }

  /**
   * Claims messages if none are pending.
   *
   * @param limit how many at most; a batch is claimed whole, so more may become pending
   * @return how many are pending now, 0 if the ring is empty
   * @throws RegionException if the sender queued what is no message; what it named correctly is not
   *     lost
   */
  public int fill(int limit) {
    if (next == end) {
      next = 0;
      end = 0;
      int claimed = inbound.claim(words, Math.min(limit, words.length));
      if (claimed > 0) {
        resolve(claimed);
      }
    }
    return end - next;
  }

  /**
   * Takes the next message.
   *
   * @return its address; there must be one pending
   */
  public long take() {
    return messages[next++];
  }

  /**
   * Has messages handled, and frees them afterwards, also if the handler throws: the message it got
   * then counts as handled.
   *
   * @param handler gets the address of each
   * @param count how many, at most {@link #pending}
   */
  public void handle(LongConsumer handler, int count) {
    int start = next;
    int handled = start;
    try {
      while (handled < start + count) {
        handler.accept(messages[handled++]);
      }
    } finally {
      next = handled;
      allocator.free(messages, start, handled);
    }
  }

  private void resolve(int claimed) {
    long batch = Address.NULL;
    try {
      for (int i = 0; i < claimed; i++) {
        long word = words[i];
        if (Address.isBatch(word)) {
          // A claim ends behind a batch, so there is at most one.
          batch = Address.asBlock(word);
          own(batch);
          resolveBatch(batch);
        } else {
          own(word);
          add(word);
        }
      }
    } catch (InvalidAddressException e) {
      throw new RegionException(
          "the sender queued what is no message: "
              + e.getMessage()
              + "; the messages before it are kept",
          e);
    } finally {
      participant.settleClaim();
    }
    if (batch != Address.NULL) {
      allocator.free(batch);
    }
  }

  private void resolveBatch(long batch) {
    long offset = view.offset(batch);
    int capacity = Address.length(batch) / Long.BYTES;
    if (end + capacity > messages.length) {
      messages = Arrays.copyOf(messages, end + capacity);
    }
    MemorySegment.copy(pool, ValueLayout.JAVA_LONG, offset, messages, end, capacity);
    int last = end;
    while (last < end + capacity && messages[last] != Address.NULL) {
      last++;
    }
    end = allocator.transfer(messages, end, last, Owner.IN_FLIGHT, participant.owner());
    if (end < last) {
      // Again, for the reason.
      own(messages[end]);
    }
  }

  private void own(long address) {
    allocator.transfer(address, Owner.IN_FLIGHT, participant.owner());
  }

  private void add(long address) {
    if (end == messages.length) {
      messages = Arrays.copyOf(messages, 2 * end);
    }
    messages[end++] = address;
  }
}
