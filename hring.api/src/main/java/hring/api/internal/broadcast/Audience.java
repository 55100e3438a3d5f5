package hring.api.internal.broadcast;

import hring.api.internal.broadcast.Sent.Spared;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.Liveness;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Published;
import hring.api.spi.region.ReadCursor;
import hring.api.spi.region.Region;
import java.util.concurrent.TimeUnit;

/**
 * The receivers of a ring that delivers to each, as its sender sees them: frees what all of them
 * have passed, and evicts those that are too far behind. Used by the sender's thread. {@code
 * docs/decisions/broadcast.md} has the argument.
 *
 * <p>What receivers write is not trusted: a cursor that is out of what is in flight does not count.
 */
final class Audience {
  /** So long a receiver may stand still while there is no room, if slow ones are evicted. */
  private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Participants participants;
  private final Published published;
  private final Sent sent;
  private final long maxMessages;
  private final long maxBytes;

  /** The owner numbers of those that had a slot when "joins" was looked at last. */
  private final int[] owners;

  private int count;

  /** The value of "joins" then. */
  private long joins;

  /** How many messages are submitted, since the ring opened. */
  private long submitted;

  private long submittedBytes;

  /** How many were, before the last submission. */
  private long submittedBefore;

  private long submittedBytesBefore;

  /** Where the slowest receiver was when there was no room, and since when. */
  private long stuckAt = -1;

  private long stuckSince;
  private long evictions;

  /**
   * Creates the audience of a ring that was just opened.
   *
   * @param region the region
   * @param sent what was sent
   * @param maxMessages how many messages a receiver may be behind, {@link Long#MAX_VALUE} for any
   *     number
   * @param maxBytes how many bytes they may have, {@link Long#MAX_VALUE} for any number
   */
  Audience(Region region, Sent sent, long maxMessages, long maxBytes) {
    participants = region.participants();
    published = new Published(region);
    this.sent = sent;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    owners = new int[participants.slots()];
  }

  /** Publishes that all is submitted that was queued, unless that is known already. */
  void submitted() {
    if (sent.end() > submitted) {
      submittedBefore = submitted;
      submittedBytesBefore = submittedBytes;
      submitted = sent.end();
      submittedBytes = sent.endBytes();
      published.write(sent.endEntry(), submitted);
    }
  }

  /**
   * Returns whether some receiver may have to be evicted. What was submitted last does not count:
   * nobody had time to begin it, and a batch may have more messages than one may be behind.
   */
  boolean isEvictionDue() {
    return submittedBefore - sent.first() > maxMessages
        || submittedBytesBefore - sent.firstBytes() > maxBytes;
  }

  /** Returns how often a receiver was evicted. */
  long evictions() {
    return evictions;
  }

  /**
   * Frees what all receivers have passed.
   *
   * @param noRoom whether the sender waits for it
   * @return whether anything was freed
   */
  boolean collect(boolean noRoom) {
    long first = sent.first();
    lookWhoJoined();
    releaseSpared();
    long slowest = slowest(noRoom);
    sent.free(slowest);
    while ((isEvictionDue() || noRoom && isStuck(slowest)) && evict(slowest)) {
      slowest = slowest(noRoom);
      sent.free(slowest);
    }
    return sent.first() > first;
  }

  private void lookWhoJoined() {
    // Partner: getAndAddLong in Participant.join(): whoever joins and is not seen from here on
    // reads what was published before.
    SharedMemory.fullFence();
    long now = participants.joins();
    if (now == joins) {
      return;
    }
    joins = now;
    count = 0;
    for (int owner = Participants.SENDER + 1; owner <= participants.slots(); owner++) {
      if (participants.taking(owner) != 0) {
        owners[count++] = owner;
      }
    }
  }

  private void releaseSpared() {
    for (int i = sent.spared().size() - 1; i >= 0; i--) {
      Spared run = sent.spared().get(i);
      boolean isEvicted = ReadCursor.kind(participants.readCursor(run.owner)) == ReadCursor.EVICTED;
      if (!isEvicted || participants.taking(run.owner) != run.state) {
        sent.release(run);
      }
    }
  }

  /** Returns the number after the last message that all receivers have passed. */
  private long slowest(boolean noRoom) {
    long slowest = submitted;
    for (int i = 0; i < count; i++) {
      long at = position(owners[i]);
      if (at < slowest && !(noRoom && at == sent.first() && isDead(owners[i]))) {
        slowest = at;
      }
    }
    return slowest;
  }

  /** Returns how far a receiver is; {@link #submitted} if it does not count. */
  private long position(int owner) {
    return participants.taking(owner) == 0 ? submitted : position(participants.readCursor(owner));
  }

  private long position(long cursor) {
    return switch (ReadCursor.kind(cursor)) {
      case ReadCursor.JOINING -> sent.first();
      case ReadCursor.READING -> submitted - inFlight(ReadCursor.behind(cursor, submitted));
      default -> submitted;
    };
  }

  private long inFlight(long behind) {
    return behind <= submitted - sent.first() ? behind : 0;
  }

  /** A slot that was seen taken, then without its lock, and that is the same still. */
  private boolean isDead(int owner) {
    long state = participants.taking(owner);
    return participants.look(owner) == Liveness.DEAD && participants.taking(owner) == state;
  }

  /** Only for those who evict. */
  private boolean isStuck(long slowest) {
    if (maxMessages == Long.MAX_VALUE && maxBytes == Long.MAX_VALUE) {
      return false;
    }
    long now = System.nanoTime();
    if (slowest != stuckAt) {
      stuckAt = slowest;
      stuckSince = now;
    }
    return now - stuckSince > STUCK_NANOS;
  }

  /**
   * Evicts the receivers that are no further than the slowest.
   *
   * @return whether there was any
   */
  private boolean evict(long slowest) {
    boolean found = false;
    for (int i = 0; slowest < submitted && i < count; i++) {
      int owner = owners[i];
      long cursor = participants.readCursor(owner);
      // After the cursor: one that has a run is attached by then, and keeps this state.
      long state = participants.taking(owner);
      if (state != 0 && position(cursor) <= slowest && participants.tryEvict(owner, cursor)) {
        found = true;
        evictions++;
        long run = inFlight(ReadCursor.behind(cursor, submitted));
        run = Math.min(run, ReadCursor.run(cursor));
        if (run > 0) {
          sent.spare(owner, state, slowest, slowest + run);
        }
      }
    }
    return found;
  }
}
