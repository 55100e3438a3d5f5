package hring.api.spi.region;

import hring.api.Address;
import hring.api.ParticipantStats;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The counters of a participant, in its slot. They only count up, and whoever gets the slot next
 * goes on from there: so a total of the ring is the sum over all slots, nothing has to be carried
 * over when somebody leaves or dies, and nothing can be carried over twice.
 *
 * <p><b>Who writes.</b> Those in a line of their own are written by the participant's own thread
 * alone, which keeps copies on the heap: a store each, and what others scribble there is
 * overwritten. {@link #freedElsewhere}, {@link #returned} and {@link #discarded} are added
 * atomically, by any thread of the participant, and by whoever reclaims what it left.
 *
 * <p><b>How many messages it holds</b> is what {@link #held} tells: those taken, less those that
 * are done with, less what earlier users of the slot left to others ({@link
 * ParticipantLayout#LEFT}, written while joining: so a slot begins at 0 whatever a dead one had
 * counted or not). For one that is attached, alive or dead, it is never less than the truth:
 *
 * <ol>
 *   <li>Messages are counted as taken in {@link #taking}, before the compare-and-set by which they
 *       are taken.
 *   <li>They are counted as done with after they are freed; those given back, after they were
 *       announced.
 *   <li>What is done with is read before what was taken.
 * </ol>
 */
public final class Counters {
  /**
   * In what is discarded: whoever reclaims has counted it, and may die before all of it is freed.
   */
  private static final long RECLAIMED = Long.MIN_VALUE;

  private final MemorySegment slot;

  // Copies of what the participant's own thread writes.
  private long messagesIn;
  private long bytesIn;
  private long messagesOut;
  private long bytesOut;
  private long freed;
  private long redelivered;
  private long full;
  private long waits;
  private long wakes;

  Counters(MemorySegment slot) {
    this.slot = slot;
    messagesIn = read(slot, ParticipantLayout.MESSAGES_IN);
    bytesIn = read(slot, ParticipantLayout.BYTES_IN);
    messagesOut = read(slot, ParticipantLayout.MESSAGES_OUT);
    bytesOut = read(slot, ParticipantLayout.BYTES_OUT);
    freed = read(slot, ParticipantLayout.FREED);
    redelivered = read(slot, ParticipantLayout.REDELIVERED);
    full = read(slot, ParticipantLayout.FULL);
    waits = read(slot, ParticipantLayout.WAITS);
    wakes = read(slot, ParticipantLayout.WAKES);
  }

  ParticipantStats stats(int owner, boolean attached) {
    return new ParticipantStats(
        owner,
        slot.get(ValueLayout.JAVA_LONG, ParticipantLayout.PID),
        attached,
        messagesIn,
        bytesIn,
        messagesOut,
        bytesOut,
        freed + read(slot, ParticipantLayout.FREED_ELSEWHERE),
        redelivered,
        read(slot, ParticipantLayout.RETURNED),
        discarded(slot),
        full,
        waits,
        wakes);
  }

  static long read(MemorySegment slot, long counter) {
    // Partner: the releases and the atomic additions below.
    return SharedMemory.getLongAcquire(slot, counter);
  }

  private static long discarded(MemorySegment slot) {
    return discarded(slot, 0);
  }

  private static long discarded(MemorySegment memory, long slot) {
    return read(memory, slot + ParticipantLayout.DISCARDED) & ~RECLAIMED;
  }

  /** Begins to count for whoever has joined just now: it holds nothing. */
  static void begin(MemorySegment slot) {
    long left = held(slot) + read(slot, ParticipantLayout.LEFT);
    // Partner: the acquire in read(), by whoever counts what the slot holds.
    SharedMemory.setLongRelease(slot, ParticipantLayout.LEFT, left);
  }

  /** Returns how many messages a participant holds: see the class comment. */
  static long held(MemorySegment slot) {
    return held(slot, 0);
  }

  /** The same, without a slice, which would be garbage: the slot begins there in the memory. */
  static long held(MemorySegment memory, long slot) {
    long done =
        read(memory, slot + ParticipantLayout.FREED)
            + read(memory, slot + ParticipantLayout.FREED_ELSEWHERE)
            + read(memory, slot + ParticipantLayout.RETURNED)
            + discarded(memory, slot)
            + read(memory, slot + ParticipantLayout.LEFT);
    return read(memory, slot + ParticipantLayout.MESSAGES_IN) - done;
  }

  /** Counts messages that are about to be taken, maybe in vain: {@link #took} is called next. */
  void taking(int messages) {
    // A plain store: what follows is a release, and then the compare-and-set that takes them.
    slot.set(ValueLayout.JAVA_LONG, ParticipantLayout.MESSAGES_IN, messagesIn + messages);
  }

  /** Counts the messages that were taken of those that were to be. */
  void took(long[] messages, int count) {
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += Address.length(messages[i]);
    }
    bytesIn += bytes;
    messagesIn += count;
    set(ParticipantLayout.BYTES_IN, bytesIn);
    set(ParticipantLayout.MESSAGES_IN, messagesIn);
  }

  /**
   * Takes back what was counted as taken, and was no message.
   *
   * @param messages how many
   */
  public void refused(int messages) {
    messagesIn -= messages;
    set(ParticipantLayout.MESSAGES_IN, messagesIn);
  }

  /**
   * Counts messages that are freed, in the participant's own thread.
   *
   * @param messages how many
   */
  public void freed(int messages) {
    freed += messages;
    set(ParticipantLayout.FREED, freed);
  }

  /**
   * Counts messages that are freed, in any thread.
   *
   * @param messages how many
   */
  public void freedElsewhere(int messages) {
    add(ParticipantLayout.FREED_ELSEWHERE, messages);
  }

  /**
   * Counts messages that were handed out, and were put and announced where any receiver finds them.
   *
   * @param messages how many
   */
  public void returned(long messages) {
    add(ParticipantLayout.RETURNED, messages);
  }

  /**
   * Counts messages that were handed out, and were freed without being handled to the end.
   *
   * @param messages how many
   */
  public void discarded(long messages) {
    add(ParticipantLayout.DISCARDED, messages);
  }

  /**
   * Counts as discarded what a dead participant is left with, before it is freed; unless that was
   * counted before, by somebody who died in the middle of reclaiming.
   *
   * @param messages how many
   */
  public void discardedAll(long messages) {
    long seen = read(slot, ParticipantLayout.DISCARDED);
    // Nobody else counts here: one participant reclaims.
    if ((seen & RECLAIMED) == 0) {
      // Partner: the acquire in read().
      SharedMemory.compareAndSetLong(
          slot, ParticipantLayout.DISCARDED, seen, seen + messages | RECLAIMED);
    }
  }

  /** Ends what {@link #discardedAll} began, when all of it is freed. */
  public void reclaimed() {
    // Partner: the acquire in read().
    SharedMemory.getAndAndLong(slot, ParticipantLayout.DISCARDED, ~RECLAIMED);
  }

  /** Counts a message that was taken, and had been handed out before. */
  public void redelivered() {
    set(ParticipantLayout.REDELIVERED, ++redelivered);
  }

  /**
   * Counts messages that were submitted.
   *
   * @param messages how many
   * @param bytes how many bytes they have
   */
  public void sent(long messages, long bytes) {
    messagesOut += messages;
    bytesOut += bytes;
    set(ParticipantLayout.MESSAGES_OUT, messagesOut);
    set(ParticipantLayout.BYTES_OUT, bytesOut);
  }

  /** Counts that there was no room. */
  public void full() {
    set(ParticipantLayout.FULL, ++full);
  }

  /** Counts a call that has to wait. */
  public void waits() {
    set(ParticipantLayout.WAITS, ++waits);
  }

  /** Counts a system call that wakes receivers. */
  public void wakes() {
    set(ParticipantLayout.WAKES, ++wakes);
  }

  private void set(long counter, long value) {
    // Partner: the acquire in read().
    SharedMemory.setLongRelease(slot, counter, value);
  }

  private void add(long counter, long messages) {
    // Partner: the acquire in read().
    SharedMemory.getAndAddLong(slot, counter, messages);
  }
}
