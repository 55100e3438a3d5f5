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
 * <p>The messages of the run are kept in a {@code Run}, so that they can be done with in any order.
 * {@code docs/decisions/broadcast.md} says why nobody overwrites what is in the run.
 *
 * <p>{@link #done}, {@link #holds} and {@link #forEach} may be called by any thread, all else by
 * the receiver's. Threads of one process share a lock: they are stopped and killed together.
 */
public final class Subscription extends Claims {
  /** A claim takes up to this part of the pool, and one message more. */
  private static final int POOL_SHARE = 16;

  /** Each retry means that the sender has evicted this receiver since. */
  private static final int MAX_RETRIES = 1000;

  private final Region region;
  private final Participant participant;
  private final Published published;
  private final long maxBytes;

  /** Where the next claim begins, as {@link ClaimCursor#position} composes it. */
  private long position;

  // Guarded by this.
  /** What the read cursor is, unless this receiver was evicted. */
  private long cursor;

  /** What is claimed and not passed. */
  private final Run run = new Run();

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
        run.restart(published.messages());
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
    int most = Math.min(Math.min(limit, MAX_CLAIM), ReadCursor.MAX_RUN - run.length());
    int posted = posted(most + 1);
    if (most == 0 || posted == 0) {
      requireReading();
      return 0;
    }
    reader.read(into, position, most, posted);
    int fitting = fitting(into, reader.length);
    if (fitting < reader.length) {
      reader.read(into, position, fitting, posted);
    }
    int length = reader.length;
    boolean damaged = reader.isPacked() || into[0] < 0;
    // The sender frees the list, and nobody is sent packs.
    reader.list = Address.NULL;
    reader.piece = Address.NULL;
    long longer =
        damaged ? cursor : ReadCursor.of(ReadCursor.READING, run.length() + length, run.start());
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
    run.add(into, length);
    position = reader.end;
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
    if (run.length() > 0) {
      throw new IllegalStateException(
          why
              + ", and it holds "
              + run.length()
              + " messages still, those behind the first that is not freed included: free what was"
              + " taken; then it goes on");
    }
  }

  private long rejoin() {
    long before = run.start();
    join();
    return run.start() - before;
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
    while (end < to && run.finish(addresses[end])) {
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
    boolean held = run.finish(address);
    pass();
    return held;
  }

  private void pass() {
    if (run.pass() > 0) {
      long shorter = ReadCursor.of(ReadCursor.READING, run.length(), run.start());
      // If it was evicted, its run is spared as a whole until it joins anew; claim() finds that.
      if (participant.tryMove(cursor, shorter)) {
        cursor = shorter;
      }
    }
  }

  /**
   * Returns whether a message was claimed and is not done with.
   *
   * @param address any 64 bits
   * @return true if it is one of the run
   */
  public synchronized boolean holds(long address) {
    return run.has(address);
  }

  /**
   * Visits the messages that were claimed and are not done with, oldest first.
   *
   * @param visitor gets each address
   */
  public synchronized void forEach(LongConsumer visitor) {
    run.forEach(visitor);
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
