package hring.api.internal.batch;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.Counters;
import hring.api.spi.region.Participant;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Packs;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;

/**
 * Claims messages and hands them out in the order they were sent, those that came back from other
 * receivers first.
 *
 * <p><b>Crash at any step.</b>
 *
 * <ol>
 *   <li>The messages of a claim are recorded in the participant's slot before they are claimed, and
 *       stay recorded.
 *   <li>The first is handed out only when all of them, and the block of a list that ended, belong
 *       to this participant in the block table.
 *   <li>Each is handed out only after the slot says that it is begun, which it does for up to an
 *       eighth of a claim at once, and for 16 at most.
 * </ol>
 *
 * So a survivor finds each message by the record (in flight, or this participant's) or by its
 * owner, and knows which may have been handed out.
 */
public final class MessageReader {
  /**
   * After how many peeks that show nothing the ring's tail is read all the same, a power of two.
   */
  private static final int LOOK_EACH = 64;

  /**
   * In how many parts {@link #handle} records a claim as begun: to record each small message would
   * double its cost.
   */
  private static final int BEGIN_PARTS = 8;

  private static final int MOST_BEGUN = 16;

  /** How many messages, claimed together, are a stream, and no questions. */
  private static final int STREAM = 16;

  /** How often the next ones of a stream are looked for in vain before it has ended. */
  private static final int STREAM_LOOKS = 32;

  private static final int PAUSES = 32;

  private final Allocator allocator;
  private final Messages held;
  private final Packs packs;
  private final Claims claims;
  private final Participant participant;
  private final Adoption adoption;
  private final SliceCache view;
  private final MemorySegment pool;
  private final Counters counters;
  private final Pace pace = new Pace(Claims.MAX_CLAIM);

  /** The messages of the record in the slot, in its order. */
  private final long[] messages = new long[Claims.MAX_CLAIM];

  /** How many more looks are those of a stream. */
  private int inStream;

  /** How often nothing was seen. */
  private int nothing;

  /** How many of the messages are handed out. */
  private int next;

  /** The first of those that are being handled. */
  private int start;

  private int end;

  /** What {@link #prefetch} read; stored, or the compiler would remove the reading. */
  @SuppressWarnings("UnusedVariable")
  private int prefetched;

  /** Whether there may have been messages behind the last ones. */
  private boolean more;

  /** Whether the messages lie in a pack, and are this receiver's by its claim alone. */
  private boolean packed;

  /** Whether there are messages among them that are not, since the application touched them. */
  private boolean mixed;

  /** How many of the messages being handled were given back by the handler. */
  private int givenBack;

  /**
   * Creates a reader.
   *
   * @param allocator the receiver's allocator
   * @param held the receiver's messages
   * @param claims the receiver's access to the ring
   * @param participant the receiver's slot
   * @param adoption finds what came back from other receivers
   * @param view the pool
   */
  public MessageReader(
      Allocator allocator,
      Messages held,
      Claims claims,
      Participant participant,
      Adoption adoption,
      SliceCache view) {
    this.allocator = allocator;
    this.held = held;
    packs = held.packs();
    this.claims = claims;
    this.participant = participant;
    this.adoption = adoption;
    this.view = view;
    pool = view.pool();
    counters = participant.counters();
  }

  /**
   * Returns how many messages are claimed and not handed out yet.
   *
   * @return the number
   */
  public int pending() {
    return end - next;
  }

  /**
   * Returns whether messages are pending, or there may have been more behind those that {@link
   * #fill} got last.
   *
   * @return false if there was none when they were claimed
   */
  public boolean hasMore() {
    return next < end || more;
  }

  /**
   * Claims messages if none are pending.
   *
   * @param limit how many at most
   * @return how many are pending now, 0 if there is none
   * @throws RegionException if the sender queued an address that is not a message; the others of
   *     the claim are kept
   */
  public int fill(int limit) {
    return next < end ? end - next : refill(limit);
  }

  private int refill(int limit) {
    next = 0;
    end = 0;
    givenBack = 0;
    more = false;
    packed = false;
    int most = Math.min(limit, pace.next());
    if (claims.hasReturned()) {
      end = adoption.adopt(messages, most);
      more = end > 0;
    }
    if (end == 0 && (peekAndPrefetch() || isLookDue())) {
      int claimed = claims.claim(messages, most);
      // If nothing was claimed, it says what it said last.
      more = claimed > 0 && claims.mayHaveMore();
      pace.claimed(claimed, claimed == most && most < limit && claims.hasMore());
      if (claimed > 0) {
        take(claimed);
      }
    }
    return end;
  }

  /**
   * Takes ownership of the claimed messages; of a single one by a shorter path, since that is what
   * a waiting receiver gets.
   */
  private void take(int claimed) {
    if (claims.isPacked()) {
      packed = true;
      mixed = false;
      end = claimed;
      inStream = claimed >= STREAM ? STREAM_LOOKS : 0;
    } else if (claimed == 1 && claims.endedList() == Address.NULL && messages[0] > 0) {
      takeOwnership(messages[0]);
    } else {
      takeOwnershipOfAll(claimed);
    }
  }

  private void takeOwnership(long message) {
    try {
      allocator.transfer(message, Owner.IN_FLIGHT, participant.owner());
    } catch (InvalidAddressException e) {
      participant.shrinkRecord(messages, 0);
      counters.refused(1);
      throw nonsense(e);
    }
    end = 1;
  }

  private void takeOwnershipOfAll(int claimed) {
    int owned = allocator.transfer(messages, 0, claimed, Owner.IN_FLIGHT, participant.owner());
    InvalidAddressException refused = owned < claimed ? takeOwnershipOfRest(owned, claimed) : null;
    if (refused == null) {
      end = claimed;
    }
    long list = claims.endedList();
    if (list != Address.NULL) {
      freeList(list);
    }
    if (refused != null) {
      throw nonsense(refused);
    }
  }

  /** Takes ownership of the messages after one that was refused, and leaves out those refused. */
  private InvalidAddressException takeOwnershipOfRest(int owned, int claimed) {
    InvalidAddressException refused = refuse(messages[owned]);
    int kept = owned;
    for (int i = owned; i < claimed; i++) {
      if (allocator.transfer(messages, i, i + 1, Owner.IN_FLIGHT, participant.owner()) > i) {
        messages[kept++] = messages[i];
      }
    }
    participant.shrinkRecord(messages, kept);
    counters.refused(claimed - kept);
    end = kept;
    return refused;
  }

  private static InvalidAddressException refuse(long address) {
    return new InvalidAddressException(address, "was sent, and is not in flight");
  }

  private static RegionException nonsense(InvalidAddressException refused) {
    return new RegionException(
        "the sender queued an address that is not a message: "
            + refused.getMessage()
            + "; the other messages are kept",
        refused);
  }

  private void freeList(long list) {
    try {
      allocator.transfer(list, Owner.IN_FLIGHT, participant.owner());
    } catch (InvalidAddressException e) {
      throw nonsense(e);
    }
    participant.ownList(list);
    allocator.free(list);
    participant.forgetList();
  }

  /**
   * Peeks at the next entry without disturbing the sender, and prefetches the message that it
   * names.
   *
   * @return false if there seems to be none: only a hint, as {@link Claims#peek}
   */
  public boolean peekAndPrefetch() {
    long word = claims.peek();
    if (word == Address.NULL) {
      leaveAlone();
      return false;
    }
    prefetch(word);
    return true;
  }

  /**
   * In the middle of a stream of small messages, waits a little between two looks: each takes the
   * line that the sender is writing to. What comes after that, alone, is waited for without a
   * break.
   */
  private void leaveAlone() {
    if (inStream > 0) {
      inStream--;
      for (int i = 0; i < PAUSES; i++) {
        Thread.onSpinWait();
      }
    }
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
    participant.begin(next + 1);
    if (packed) {
      packs.own(messages[next], participant.owner());
    }
    return messages[next++];
  }

  /**
   * Sees to it that a message of a pack that is being handled is this receiver's in its frame, too,
   * so that more can be done with it than read it. Does nothing with any other address.
   *
   * @param address any 64 bits
   */
  public void keep(long address) {
    if (isClaimed(address)) {
      packs.own(address, participant.owner());
      mixed = true;
    }
  }

  /**
   * Returns whether a message of a pack is being handled, and is this receiver's by its claim
   * alone.
   *
   * @param address any 64 bits
   * @return true if so: it may be read
   */
  public boolean isClaimed(long address) {
    // Most often it is the last.
    int i = next - 1;
    while (packed && i >= start && messages[i] != address) {
      i--;
    }
    return packed && i >= start && packs.owner(address) == Owner.IN_FLIGHT;
  }

  /** Records in the slot exactly which messages were handed out. To be called before leaving. */
  public void recordBegun() {
    if (end > 0) {
      participant.begin(next);
    }
  }

  /**
   * Returns how often the message that is being handled, or was taken last, had been handed out
   * before and came back.
   *
   * @return 0 for a message that nobody has seen yet, or if there is no such message
   */
  public int deliveries() {
    return next > 0 && held.owner(messages[next - 1]) == participant.owner()
        ? held.deliveries(messages[next - 1])
        : 0;
  }

  /**
   * Calls a handler for each message, and frees the messages afterwards, also if the handler
   * throws: the message it got then counts as handled, unless {@code failed} does something else
   * with it.
   *
   * @param handler gets the address of each
   * @param count how many, at most {@link #pending}
   * @param failed gets the address of the message whose handler threw, and may call {@link
   *     #givenBack}; or null
   */
  public void handle(LongConsumer handler, int count, LongConsumer failed) {
    start = next;
    int stop = start + count;
    try {
      while (next < stop) {
        int begun = Math.min(stop, next + Math.clamp(end / BEGIN_PARTS, 1, MOST_BEGUN));
        participant.begin(begun);
        while (next < begun) {
          handler.accept(messages[next++]);
        }
      }
    } catch (Throwable e) {
      // Including checked exceptions: other languages can throw them undeclared.
      try {
        recordBegun();
        if (failed != null && messages[next - 1] != Address.NULL) {
          failed.accept(messages[next - 1]);
        }
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      try {
        freeHandled(start);
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    freeHandled(start);
  }

  /**
   * Records that a message was given back: it is not freed after its handler.
   *
   * @param address the message
   */
  public void givenBack(long address) {
    for (int i = 0; i < next; i++) {
      if (messages[i] == address) {
        messages[i] = Address.NULL;
        givenBack++;
      }
    }
  }

  private int leaveOutGivenBack(int from) {
    int kept = from;
    for (int i = from; i < next; i++) {
      if (messages[i] != Address.NULL) {
        messages[kept++] = messages[i];
      }
    }
    givenBack = 0;
    return kept;
  }

  /**
   * Frees the handled messages, then throws if one could not be freed: a handler had freed it
   * itself.
   */
  private void freeHandled(int from) {
    if (packed && from < next) {
      if (!mixed) {
        packs.done(messages[from], messages[next - 1]);
        counters.freed(next - from);
        return;
      }
      ownRest(from);
    }
    int stop = givenBack == 0 ? next : leaveOutGivenBack(from);
    InvalidAddressException refused = null;
    int rest = from;
    while (rest < stop) {
      try {
        held.free(messages, rest, stop);
        counters.freed(stop - rest);
        rest = stop;
      } catch (InvalidAddressException e) {
        refused = refused == null ? e : refused;
        int freed = rest;
        while (freed < stop && messages[freed] != e.address()) {
          freed++;
        }
        counters.freed(freed - rest);
        rest = freed + 1;
      }
    }
    if (refused != null) {
      throw refused;
    }
  }

  /**
   * Makes those that were handled and not touched this receiver's, too: each is freed by itself.
   */
  private void ownRest(int from) {
    for (int i = from; i < next; i++) {
      if (packs.owner(messages[i]) == Owner.IN_FLIGHT) {
        packs.own(messages[i], participant.owner());
      }
    }
    mixed = false;
  }

  /**
   * Begins to fetch the lines of a message that is likely to be claimed next, its owner's and its
   * first: they come together, and while the claim waits for lines of its own. The word is only
   * believed as far as the pool reaches.
   */
  private void prefetch(long word) {
    if (allocator.owner(word) == Owner.IN_FLIGHT) {
      prefetched = SharedMemory.getIntPlain(pool, view.offset(word));
    }
  }
}
