package hring.api.internal.batch;

import hring.api.Address;
import hring.api.InvalidAddressException;
import hring.api.internal.broadcast.Broadcast;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.Owner;
import hring.api.spi.region.Counters;
import hring.api.spi.region.PackLayout;
import hring.api.spi.region.Region;
import hring.api.spi.transport.BatchList;
import hring.api.spi.transport.Outbound;
import java.lang.foreign.MemorySegment;

/**
 * Gathers the addresses of queued messages and sends them as few entries: a single message as
 * itself, several as one batch, that is, a block that lists their addresses ({@link BatchList}). If
 * there is no block for a list, each message goes as itself, as long as receivers have fewer than
 * {@value #MAX_SINGLES} entries to claim.
 *
 * <p>The block is for as many messages as the last batch had, rounded up ({@link #roundUp}), and is
 * replaced by a larger one if there are more. It belongs to the ring from its allocation on: so the
 * sender's thread cannot free it, or queue it as a message, by the address of a block that it freed
 * before.
 *
 * <p>A message that was accepted can always be submitted: a list is begun only if the ring has room
 * for its one entry, or for each of its messages, and nobody else uses room up.
 *
 * <p><b>Ownership is transferred lazily.</b> The list is kept on the heap until it is submitted. A
 * message that is queued right after its allocation is known to be the sender's, so its entry in
 * the block table is switched to IN_FLIGHT later, with the rest of the batch. Every other reader of
 * these entries calls {@link #markInFlight} first. A message that another thread freed meanwhile is
 * left out and reported by {@link #rethrow}.
 */
public final class BatchWriter {
  /**
   * The most messages that are gathered to go as single entries, for want of a block for a list.
   * More are gathered only while fewer are unclaimed, so that they do not keep a full pool full.
   */
  public static final int MAX_SINGLES = 64;

  /**
   * How long at most no block for a list as large is asked for after there was none, in ns; far
   * below the pauses of a sender that waits.
   */
  public static final long MAX_PAUSE_NANOS = 100_000;

  private static final long MIN_PAUSE_NANOS = 5_000;

  /** The fewest messages for which a list has room: with their number they fill 64 bytes. */
  private static final int FEW = 7;

  /** Returned for a small message if receivers have to take messages first. */
  public static final long FULL = PackWriter.FULL;

  /** Returned for a small message if receivers keep all packs: it must go as a block. */
  public static final long NO_PACK = PackWriter.NO_PACK;

  private final Allocator allocator;
  private final Outbound outbound;
  private final BatchList lists;
  private final PackWriter packs;

  /** The outbound, if it has to know what a batch consists of; else null. */
  private final Broadcast broadcast;

  private final int owner;
  private final int maxBatch;

  /** How large a message in a pack may be; 0 if none is to go in one. */
  private final int maxSmall;

  /** The block for the list; kept if a message went alone. NULL if there is none. */
  private long block = Address.NULL;

  private final long[] list;

  /** How many messages the list can have as it is; 0 if none was begun. */
  private int limit;

  /** How many messages the last list had, whether it went as a batch or not. */
  private int lastListed;

  private int listed;

  /** How long no block for a list is asked for after the last failure; 0 if there was none. */
  private long pauseNanos;

  private long failedAt;

  /** For how many messages it was asked for then: a smaller one may be there. */
  private int failedMessages;

  /** How many of them are IN_FLIGHT in the block table, too. */
  private int marked;

  /** How many of them the ring has accepted; more than 0 only if it then failed to submit. */
  private int sent;

  /** The first message that was left out and not reported yet, or null. */
  private InvalidAddressException leftOut;

  /** The block that was allocated last, if it was not used since; else NULL. */
  private long fresh = Address.NULL;

  /**
   * Creates a writer.
   *
   * @param region the region
   * @param allocator the sender's allocator
   * @param outbound the sender's end of the ring
   * @param counters what the sender counts
   * @param owner the sender's number
   * @param maxBatch how many messages a batch has at most; 1 sends each as itself
   */
  public BatchWriter(
      Region region,
      Allocator allocator,
      Outbound outbound,
      Counters counters,
      int owner,
      int maxBatch) {
    this.allocator = allocator;
    this.outbound = outbound;
    lists = new BatchList(region);
    packs = new PackWriter(region, outbound, counters);
    this.owner = owner;
    this.maxBatch = maxBatch;
    broadcast = outbound instanceof Broadcast b ? b : null;
    // A frame says whose its message is, and that can only be one receiver's.
    maxSmall = maxBatch > 1 && broadcast == null ? PackLayout.MAX_SIZE : 0;
    list = new long[Math.max(maxBatch, MAX_SINGLES)];
  }

  /**
   * Records the block that was allocated just now.
   *
   * @param address the block, or {@link Address#NULL} if there was none
   */
  public void allocated(long address) {
    fresh = address;
  }

  /**
   * Returns whether a block is the one allocated last, and was not used since.
   *
   * @param address any 64 bits
   * @return true if it certainly is a block of the sender's
   */
  public boolean isFresh(long address) {
    return address == fresh && address != Address.NULL;
  }

  /**
   * Accepts a message; submits when a batch is full.
   *
   * @param address a block of the sender's
   * @return false if the ring is full, or there is no block for a list and receivers have enough to
   *     claim; the message is not accepted then
   */
  public boolean tryAdd(long address) {
    // Short, and apart from the rest, so that the compiled code for each message is short.
    if (address != fresh || listed >= limit || address == Address.NULL) {
      return tryAddChecked(address);
    }
    fresh = Address.NULL;
    list[listed++] = address;
    if (listed == limit) {
      sendIfFull();
    }
    return true;
  }

  private boolean tryAddChecked(long address) {
    markInFlight();
    if (listed >= limit && !begin(1)) {
      return false;
    }
    allocator.transfer(address, owner, Owner.IN_FLIGHT);
    fresh = Address.NULL;
    list[listed++] = address;
    marked = listed;
    if (listed == limit) {
      sendIfFull();
    }
    return true;
  }

  /**
   * Accepts messages; submits when a batch is full.
   *
   * @param addresses holds blocks of the sender's
   * @param from the index of the first
   * @param to the index after the last
   * @return the index after the last that was accepted, less than {@code to} if the ring is full,
   *     or there is no block for a list and receivers have enough to claim
   * @throws InvalidAddressException if one is no block of the sender's; those before it are
   *     accepted
   */
  public int tryAdd(long[] addresses, int from, int to) {
    markInFlight();
    fresh = Address.NULL;
    int next = from;
    while (next < to && (listed < limit || begin(Math.min(to - next, maxBatch)))) {
      int wanted = next + Math.min(limit - listed, to - next);
      int end = allocator.transfer(addresses, next, wanted, owner, Owner.IN_FLIGHT);
      System.arraycopy(addresses, next, list, listed, end - next);
      listed += end - next;
      marked = listed;
      next = end;
      boolean refused = end < wanted;
      if (refused) {
        // Called again for its exception.
        allocator.transfer(addresses[next], owner, Owner.IN_FLIGHT);
        throw new InvalidAddressException(addresses[next], "changed its owner meanwhile");
      }
      if (listed == limit) {
        sendIfFull();
      }
    }
    return next;
  }

  /**
   * Returns whether a message can go in a pack.
   *
   * @param size its size in bytes
   * @return true if it is small, batches are wanted, and receivers compete
   */
  public boolean isSmall(long size) {
    return size > 0 && size <= maxSmall;
  }

  /**
   * Copies a small message and accepts it; submits when a batch is full.
   *
   * @param message its bytes
   * @param size their number, for which {@link #isSmall} is true
   * @return a number that is not negative; {@link #FULL} or {@link #NO_PACK} if it was not accepted
   */
  public long tryAdd(MemorySegment message, int size) {
    long result = packs.tryAdd(message, size) ? 0 : tryAddNext(message, size);
    if (packs.unsubmitted() >= maxBatch) {
      submit();
    }
    return result;
  }

  private long tryAddNext(MemorySegment message, int size) {
    long result = beginPiece(size);
    if (result >= 0) {
      packs.tryAdd(message, size);
    }
    return result;
  }

  /**
   * Gives room for a small message in a pack. It is written there, and then accepted by {@link
   * #commit}.
   *
   * @param size its size in bytes, for which {@link #isSmall} is true
   * @return the offset in the region's messages; {@link #FULL} or {@link #NO_PACK} if there is none
   */
  public long claim(int size) {
    long offset = packs.claim(size);
    return offset >= 0 ? offset : claimNext(size);
  }

  private long claimNext(int size) {
    long result = beginPiece(size);
    return result < 0 ? result : packs.claim(size);
  }

  private long beginPiece(int size) {
    markInFlight();
    send();
    return packs.begin(size);
  }

  /**
   * Accepts the message for which room was given last; submits when a batch is full.
   *
   * @throws IllegalStateException if there is no such room
   */
  public void commit() {
    packs.commit();
    if (packs.unsubmitted() >= maxBatch) {
      submit();
    }
  }

  /**
   * Returns how many entries receivers have still to claim something of.
   *
   * @return 0 if all that was submitted is claimed
   */
  public int unclaimed() {
    return packs.unclaimed();
  }

  /** Makes room on the list for more messages; returns false if there is none. */
  private boolean begin(int messages) {
    packs.endPiece();
    if (listed > 0) {
      if (limit > 0 && grow(messages)) {
        return true;
      }
      // There is no larger block; or the ring failed to submit it: before anything newer.
      send();
    }
    int room = outbound.writableEntries();
    if (room == 0) {
      // Receivers can make room only of what they see.
      packs.submit();
      room = outbound.writableEntries();
    }
    if (room > 0 && block == Address.NULL && maxBatch > 1) {
      block = allocateList(Math.max(messages, lastListed));
      if (block == Address.NULL && outbound.unclaimed() + outbound.queued() >= MAX_SINGLES) {
        // Receivers have enough to go on with, and make room. Messages that go as themselves
        // meanwhile cost a completion each, and leave the pool as full as it is.
        packs.submit();
        return false;
      }
    }
    limit =
        room > 0 && block != Address.NULL ? BatchList.capacity(block) : Math.min(room, MAX_SINGLES);
    return limit > 0;
  }

  /** Replaces the list's block by a larger one, for more messages; false if there is none. */
  private boolean grow(int messages) {
    if (block == Address.NULL || limit == maxBatch) {
      return false;
    }
    long larger = allocateList(listed + messages);
    if (larger == Address.NULL) {
      return false;
    }
    long smaller = block;
    block = larger;
    limit = BatchList.capacity(larger);
    freeList(smaller);
    return true;
  }

  /**
   * Allocates the block for a list. In a full pool that is a search in vain, which gives back what
   * the allocator holds in reserve: so it is not repeated at once.
   */
  private long allocateList(int messages) {
    int wanted = roundUp(messages);
    if (pauseNanos > 0 && wanted >= failedMessages && System.nanoTime() - failedAt < pauseNanos) {
      return Address.NULL;
    }
    long list = allocator.allocate(BatchList.bytes(wanted));
    if (list == Address.NULL) {
      pauseNanos = Math.clamp(2 * pauseNanos, MIN_PAUSE_NANOS, MAX_PAUSE_NANOS);
      failedAt = System.nanoTime();
      failedMessages = wanted;
      return Address.NULL;
    }
    allocator.transfer(list, owner, Owner.IN_FLIGHT);
    if (wanted >= failedMessages) {
      pauseNanos = 0;
    }
    return list;
  }

  /**
   * Returns for how many messages a list is to have room: 7, 63, 511, ..., or as many as a batch
   * may have. Few sizes, so that an allocator with size classes keeps few of them for lists.
   */
  private int roundUp(int messages) {
    for (int size = FEW; size <= maxBatch / 2; size = size * 8 + FEW) {
      if (messages <= size) {
        return size;
      }
    }
    return maxBatch;
  }

  private void freeList(long list) {
    allocator.transfer(list, Owner.IN_FLIGHT, owner);
    allocator.free(list);
  }

  /**
   * Switches every accepted message to IN_FLIGHT in the block table. Leaves out those that another
   * thread freed after they were queued.
   */
  public void markInFlight() {
    while (marked < listed) {
      marked = allocator.transfer(list, marked, listed, owner, Owner.IN_FLIGHT);
      if (marked < listed) {
        leaveOut(marked);
      }
    }
  }

  private void leaveOut(int index) {
    if (leftOut == null) {
      leftOut =
          new InvalidAddressException(
              list[index], "was freed by another thread after it was queued; it is not sent");
    }
    listed--;
    System.arraycopy(list, index + 1, list, index, listed - index);
  }

  /**
   * Returns whether a message is accepted and not submitted yet.
   *
   * @param address any 64 bits
   * @return true if it is on the list
   */
  public boolean isListed(long address) {
    for (int i = 0; i < listed; i++) {
      if (list[i] == address) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns how many messages were accepted and are not submitted.
   *
   * @return the number; all of them until the kernel has accepted the last entry
   */
  public int unsubmitted() {
    return (limit > 0 ? listed : 0) + packs.uncounted() + packs.unsubmitted();
  }

  /** Submits every message that was accepted. */
  public void submit() {
    markInFlight();
    send();
    packs.submit();
  }

  /**
   * Throws once for a message that was left out.
   *
   * @throws InvalidAddressException if one was freed by another thread after it was queued
   */
  public void rethrow() {
    InvalidAddressException refused = leftOut;
    leftOut = null;
    if (refused != null) {
      throw refused;
    }
  }

  private void sendIfFull() {
    if (block == Address.NULL) {
      markInFlight();
      send();
    } else if (limit == maxBatch) {
      submit();
    }
  }

  private void send() {
    if (limit > 0) {
      lastListed = listed;
      count();
      if (listed > 1 && block != Address.NULL) {
        writeList();
      }
      // From here on nothing can be added: what fails is repeated as it is.
      limit = 0;
    }
    while (sent < listed) {
      int accepted = outbound.queue(list, sent, listed);
      packs.followed(accepted - sent);
      sent = accepted;
      if (sent < listed) {
        packs.submit();
      }
    }
    listed = 0;
    marked = 0;
    sent = 0;
  }

  private void count() {
    long bytes = 0;
    for (int i = 0; i < listed; i++) {
      bytes += Address.length(list[i]);
    }
    packs.count(listed, bytes);
  }

  /** Writes the list to its block, which then is the only entry to be sent. */
  private void writeList() {
    lists.write(block, list, listed);
    if (broadcast != null) {
      broadcast.nextBatch(list, listed);
    }
    list[0] = BatchBit.set(block);
    listed = 1;
    marked = 1;
    block = Address.NULL;
  }

  /**
   * Frees a block that was not queued.
   *
   * @param address the block
   */
  public void free(long address) {
    markInFlight();
    allocator.free(address);
    fresh = Address.NULL;
  }

  /**
   * Submits every message that was accepted, and frees the block of an empty list.
   *
   * @throws InvalidAddressException as {@link #rethrow}, afterwards
   */
  public void close() {
    try {
      submit();
    } finally {
      giveBlockBack();
    }
    rethrow();
  }

  private void giveBlockBack() {
    if (block != Address.NULL && listed == 0) {
      freeList(block);
      block = Address.NULL;
    }
  }
}
