package hring.api.spi.transport;

import hring.api.Address;
import hring.api.EvictedException;
import hring.api.RegionException;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Published;
import hring.api.spi.region.ReadCursor;
import hring.api.spi.region.Region;
import java.util.function.LongConsumer;

/**
 * Reads the messages of a ring that delivers {@linkplain hring.api.Delivery#TO_EACH to each}, over
 * any transport. A claim takes nothing from anybody: it makes the run of this receiver's {@link
 * ReadCursor} longer, and {@link #done} makes it shorter from its start.
 *
 * <p>The messages of the run are kept here, so that they can be done with in any order; those at
 * its start that are done are passed. {@code docs/decisions/broadcast.md} says why nobody
 * overwrites what is in the run.
 *
 * <p>{@link #done}, {@link #holds} and {@link #forEach} may be called by any thread, all else by
 * the receiver's. Threads of one process share a lock: they are stopped and killed together.
 */
public final class Subscription extends Claims {
  /** A claim takes up to this part of the pool, and one message more. */
  private static final int POOL_SHARE = 16;

  /** Each retry means that the sender has evicted this receiver since. */
  private static final int MAX_RETRIES = 1000;

  private static final int FIRST_CAPACITY = 2 * MAX_CLAIM;

  private final Region region;
  private final Participant participant;
  private final Published published;
  private final long maxBytes;

  /** Where the next claim begins, as {@link ClaimCursor#position} composes it. */
  private long position;

  // Guarded by this.
  /** What the read cursor is, unless this receiver was evicted. */
  private long cursor;

  /** How many messages are passed, since the ring opened. */
  private long passed;

  private int run;

  /** Where in the run the next one is looked for that is done with. */
  private int next;

  /** The messages of the run, by their number modulo its length; NULL if they are done. */
  private long[] messages = new long[FIRST_CAPACITY];

  /**
   * Joins: from now on each message that is submitted will come.
   *
   * @param region the region
   * @param participant the receiver's slot
   * @param entries the ring
   */
  private Subscription(Region region, Participant participant, Entries entries) {
    super(region, participant, entries);
    this.region = region;
    this.participant = participant;
    published = new Published(region);
    maxBytes = region.header().geometry().poolSize() / POOL_SHARE;
    join();
  }

  /** Returns it as what {@link Claims#of} returns, so that no other ring loads this class. */
  static Claims join(Region region, Participant participant, Entries entries) {
    return new Subscription(region, participant, entries);
  }

  private void join() {
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      participant.join();
      published.read();
      cursor = ReadCursor.of(ReadCursor.READING, 0, published.messages());
      if (participant.tryMove(ReadCursor.of(ReadCursor.JOINING, 0, 0), cursor)) {
        passed = published.messages();
        position = ClaimCursor.position(published.entries(), 0);
        return;
      }
    }
    throw new RegionException(
        "cannot join "
            + region.file()
            + ": its sender evicts this receiver again and again, or a process damages the region;"
            + " attach anew");
  }

  /**
   * Claims the next messages.
   *
   * @param into gets the addresses, oldest first. An address with the batch bit set is not a
   *     message: a list is damaged
   * @param limit how many at most, 1 to {@link #MAX_CLAIM} and the length of {@code into}
   * @return how many were claimed, 0 if there are none, or the run has {@link ReadCursor#MAX_RUN}
   * @throws EvictedException if the sender has evicted this receiver; it has joined anew
   * @throws IllegalStateException if it was evicted, and has messages that are not done
   * @throws RegionException if the ring is damaged
   */
  @Override
  public synchronized int claim(long[] into, int limit) {
    int most = Math.min(Math.min(limit, MAX_CLAIM), ReadCursor.MAX_RUN - run);
    int posted = posted(most + 1);
    if (most == 0 || posted == 0) {
      requireReading();
      return 0;
    }
    read(into, position, most, posted);
    int fitting = fitting(into, length);
    if (fitting < length) {
      read(into, position, fitting, posted);
    }
    boolean damaged = piece != Address.NULL || into[0] < 0;
    // The sender frees the list, and nobody is sent packs.
    list = Address.NULL;
    piece = Address.NULL;
    long longer = damaged ? cursor : ReadCursor.of(ReadCursor.READING, run + length, passed);
    // What was read is right only if the sender has not gone on without this receiver before.
    if (!participant.tryMove(cursor, longer)) {
      requireReading();
      throw new RegionException(
          "another process wrote to this receiver's slot in "
              + region.file()
              + ", and wrote back what was there; nothing was claimed, the next call goes on");
    }
    if (damaged) {
      throw damaged();
    }
    cursor = longer;
    keep(into, length);
    position = end;
    participant.took(into, length);
    return length;
  }

  /** Returns how many entries there are, beyond those claimed. */
  private int posted(int most) {
    int posted = entries.postedBeyond(ClaimCursor.count(position), most);
    if (posted < 0 || posted > entries.size()) {
      requireReading();
      throw new RegionException(
          "the ring of "
              + region.file()
              + " is damaged: "
              + posted
              + " entries beyond this receiver's, it has "
              + entries.size());
    }
    return posted;
  }

  private int fitting(long[] claimed, int count) {
    int fitting = 0;
    long bytes = 0;
    while (fitting < count && bytes < maxBytes) {
      bytes += Address.length(claimed[fitting++]);
    }
    return fitting;
  }

  private void keep(long[] claimed, int count) {
    if (run + count > messages.length) {
      grow(run + count);
    }
    for (int i = 0; i < count; i++) {
      messages[index(run + i)] = claimed[i];
    }
    run += count;
  }

  private void grow(int needed) {
    long[] more = new long[Integer.highestOneBit(needed) * 2];
    for (int i = 0; i < run; i++) {
      more[(int) (passed + i) & more.length - 1] = messages[index(i)];
    }
    messages = more;
  }

  private int index(int inRun) {
    return (int) (passed + inRun) & messages.length - 1;
  }

  /** Throws if this receiver was evicted: once, after it has joined anew. */
  private void requireReading() {
    long seen = participant.readCursor();
    if (seen == cursor) {
      return;
    }
    requireNothingHeld("the sender has evicted this receiver, which was too far behind");
    long missed = rejoin();
    if (ReadCursor.kind(seen) != ReadCursor.EVICTED) {
      throw new RegionException(
          "another process wrote to this receiver's slot in "
              + region.file()
              + "; it has joined anew, and missed "
              + missed
              + " messages");
    }
    throw new EvictedException(
        "the sender of "
            + region.file()
            + " has evicted this receiver, which was too far behind; it missed "
            + missed
            + " messages, and goes on with those submitted from now on: handle them faster, or open"
            + " the ring with a greater limit (evictBehind)",
        missed);
  }

  /** The run says where this receiver is, so it cannot begin elsewhere while there is one. */
  private void requireNothingHeld(String why) {
    if (run > 0) {
      throw new IllegalStateException(
          why
              + ", and it holds "
              + run
              + " messages still, those behind the first that is not freed included: free what was"
              + " taken; then it goes on");
    }
  }

  private long rejoin() {
    long before = passed;
    join();
    return passed - before;
  }

  /** Nobody knows how many messages the list had, and so which number the next one has. */
  private RegionException damaged() {
    requireNothingHeld("a list of messages in " + region.file() + " is damaged");
    return new RegionException(
        "a list of messages in "
            + region.file()
            + " is damaged; this receiver has joined anew, and missed "
            + rejoin()
            + " messages");
  }

  /**
   * Notes that messages are done with: the application does not read them any more. May be called
   * by any thread.
   *
   * @param addresses holds them
   * @param from the index of the first
   * @param to the index after the last
   * @return the index of the first that is no message of the run, or {@code to}; it and those after
   *     it are left as they are
   */
  public synchronized int done(long[] addresses, int from, int to) {
    int end = from;
    while (end < to && forget(addresses[end])) {
      end++;
    }
    pass();
    return end;
  }

  /**
   * Notes that a message is done with, as {@link #done(long[], int, int)}.
   *
   * @param address any 64 bits
   * @return false if it is no message of the run
   */
  public synchronized boolean done(long address) {
    boolean held = forget(address);
    pass();
    return held;
  }

  private boolean forget(long address) {
    if (address == Address.NULL) {
      return false;
    }
    // Most are done with in the order in which they came.
    int found = next < run && messages[index(next)] == address ? next : find(address);
    if (found == run) {
      return false;
    }
    messages[index(found)] = Address.NULL;
    next = found + 1;
    return true;
  }

  private int find(long address) {
    int found = 0;
    while (found < run && messages[index(found)] != address) {
      found++;
    }
    return found;
  }

  /** Passes what is done at the start of the run. */
  private void pass() {
    int count = 0;
    while (count < run && messages[index(count)] == Address.NULL) {
      count++;
    }
    if (count == 0) {
      return;
    }
    passed += count;
    run -= count;
    next = Math.max(0, next - count);
    long shorter = ReadCursor.of(ReadCursor.READING, run, passed);
    // If it was evicted, its run is spared as a whole until it joins anew; claim() finds that.
    if (participant.tryMove(cursor, shorter)) {
      cursor = shorter;
    }
  }

  /**
   * Returns whether a message was claimed and is not done with.
   *
   * @param address any 64 bits
   * @return true if it is one of the run
   */
  public synchronized boolean holds(long address) {
    return address != Address.NULL && find(address) < run;
  }

  /**
   * Visits the messages that were claimed and are not done with, oldest first.
   *
   * @param visitor gets each address
   */
  public synchronized void forEach(LongConsumer visitor) {
    for (int i = 0; i < run; i++) {
      long message = messages[index(i)];
      if (message != Address.NULL) {
        visitor.accept(message);
      }
    }
  }

  /** Nobody else moves this receiver's position, so what is blank is not posted. */
  @Override
  public long peek() {
    return entries.entry(ClaimCursor.count(position));
  }

  /**
   * Returns whether {@link #claim} has something to say: there may be an entry, or this receiver
   * was evicted.
   */
  @Override
  public boolean hasEntries() {
    return entries.postedBeyond(ClaimCursor.count(position), 1) != 0
        || ReadCursor.kind(participant.readCursor()) != ReadCursor.READING;
  }

  /** Nothing comes back: the others have the same messages. */
  @Override
  public boolean hasReturned() {
    return false;
  }
}
