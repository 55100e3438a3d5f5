package hring.api.internal.batch;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.Participant;
import hring.api.spi.transport.Inbound;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
  /** How often nothing is seen until the ring is looked at in earnest, a power of two. */
  private static final int LOOK_EACH = 64;

  private final Allocator allocator;
  private final Inbound inbound;
  private final Participant participant;
  private final SliceCache view;
  private final MemorySegment pool;
  private final long[] words = new long[Inbound.MAX_CLAIM];

  /** How often nothing was seen. */
  private int nothing;

  private long[] messages = new long[Inbound.MAX_CLAIM];
  private int next;
  private int end;

  /** What {@link #fetchEarly} read; kept, or the compiler would leave the reading out. */
  @SuppressWarnings("UnusedVariable")
  private int fetched;

  /** Whether the messages claimed last had been claimed before, by a receiver that died. */
  private boolean redelivered;

  /**
   * Makes a reader.
   *
   * @param allocator the receiver's allocator
   * @param inbound the receiver's end of the ring
   * @param participant the receiver's slot
   * @param view the pool
   */
  public MessageReader(
      Allocator allocator, Inbound inbound, Participant participant, SliceCache view) {
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
      redelivered = false;
      if (glimpse() || isLookDue()) {
        int claimed = inbound.claim(words, Math.min(limit, words.length));
        if (claimed > 1 || claimed == 1 && !resolveLone()) {
          resolve(claimed);
        }
      }
    }
    return end - next;
  }

  /**
   * Looks whether there is a word, without disturbing the sender, and begins to fetch what it
   * names.
   *
   * @return false if there seems to be none: only a hint, as {@link Inbound#peek}
   */
  public boolean glimpse() {
    long word = inbound.peek();
    if (word == Address.NULL) {
      return false;
    }
    fetchEarly(word);
    return true;
  }

  /** A hint that there is nothing is not believed each time: in a damaged ring it may be wrong. */
  private boolean isLookDue() {
    return (++nothing & LOOK_EACH - 1) == 0;
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
   * Tells whether the message that is being handled, or was taken last, had been claimed before, by
   * a receiver that died.
   *
   * @return true if it had
   */
  public boolean redelivered() {
    return redelivered;
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
    } catch (Throwable e) {
      // Also what a handler cannot declare: there are languages without checked exceptions.
      next = handled;
      try {
        free(start, handled);
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    next = handled;
    free(start, handled);
  }

  /** Frees all that can be freed, and then says which could not: a handler had freed it itself. */
  private void free(int from, int to) {
    InvalidAddressException refused = null;
    int start = from;
    while (start < to) {
      try {
        allocator.free(messages, start, to);
        start = to;
      } catch (InvalidAddressException e) {
        refused = refused == null ? e : refused;
        while (start < to && messages[start] != e.address()) {
          start++;
        }
        start++;
      }
    }
    if (refused != null) {
      throw refused;
    }
  }

  /**
   * Begins to fetch the lines of a message that is likely to be claimed next, its owner's and its
   * first: they come together, and while the claim waits for lines of its own. The word is only
   * believed as far as the pool reaches.
   */
  private void fetchEarly(long word) {
    if (allocator.owner(word) == Owner.IN_FLIGHT) {
      fetched = SharedMemory.getIntPlain(pool, view.offset(word));
    }
  }

  /**
   * Takes over the only word claimed, a single message, as one comes that is waited for: without
   * what many need.
   *
   * @return false if it is none; nothing is changed
   */
  private boolean resolveLone() {
    if (Address.isBatch(words[0])) {
      return false;
    }
    try {
      own(words[0]);
    } catch (InvalidAddressException e) {
      // Reported by resolve(), for all words alike.
      return false;
    }
    messages[0] = words[0];
    end = 1;
    participant.settleClaim();
    return true;
  }

  private void resolve(int claimed) {
    InvalidAddressException refused = null;
    long batch = Address.NULL;
    int count = claimed;
    try {
      // A batch is claimed alone.
      if (Address.isBatch(words[0])) {
        long block = Address.asBlock(words[0]);
        own(block);
        batch = block;
        count = copyList(block);
      } else {
        System.arraycopy(words, 0, messages, 0, claimed);
      }
      ownAll(count, batch != Address.NULL);
    } catch (InvalidAddressException e) {
      refused = e;
    }
    participant.settleClaim();
    if (batch != Address.NULL) {
      allocator.free(batch);
    }
    if (refused != null) {
      throw new RegionException(
          "the sender queued what is no message: "
              + refused.getMessage()
              + "; the other messages are kept",
          refused);
    }
  }

  private int copyList(long batch) {
    int capacity = Address.length(batch) / Long.BYTES;
    if (capacity > BatchWriter.longest(pool.byteSize())) {
      throw new InvalidAddressException(
          batch, "is a list longer than a list can be in a pool of " + pool.byteSize() + " bytes");
    }
    if (capacity > messages.length) {
      // A sender's batches have one capacity, lists of redelivered messages another: it grows
      // once for each at most.
      messages = new long[capacity];
    }
    MemorySegment.copy(pool, ValueLayout.JAVA_LONG, view.offset(batch), messages, 0, capacity);
    if (capacity > 0 && Address.isBatch(messages[0])) {
      removeMarks(capacity);
    }
    return capacity;
  }

  /**
   * Takes over the messages up to an index; those that are none are left out.
   *
   * @param last the index after the last
   * @param isList whether NULL ends them before; it is not looked for, since it names no block, and
   *     so taking over stops there
   */
  private void ownAll(int last, boolean isList) {
    InvalidAddressException refused = null;
    int candidate = 0;
    while (candidate < last) {
      int owned =
          allocator.transfer(messages, candidate, last, Owner.IN_FLIGHT, participant.owner());
      if (end < candidate) {
        System.arraycopy(messages, candidate, messages, end, owned - candidate);
      }
      end += owned - candidate;
      candidate = owned;
      if (candidate == last || isList && messages[candidate] == Address.NULL) {
        break;
      }
      if (refused == null) {
        refused =
            new InvalidAddressException(messages[candidate], "was sent, and is not in flight");
      }
      candidate++;
    }
    if (refused != null) {
      throw refused;
    }
  }

  /** The mark of redelivery is on all addresses of a list, or on none. */
  private void removeMarks(int count) {
    redelivered = true;
    for (int i = 0; i < count; i++) {
      messages[i] = Address.asBlock(messages[i]);
    }
  }

  private void own(long address) {
    allocator.transfer(address, Owner.IN_FLIGHT, participant.owner());
  }
}
