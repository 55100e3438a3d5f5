package hring.api;

import hring.api.internal.batch.SliceCache;
import hring.api.spi.region.WakeWord;
import java.time.Duration;
import java.util.function.LongConsumer;

/** One ring of a group. Used by the group's thread. */
final class GroupMember implements LongConsumer {
  /** So few that a thousand rings need little memory; beyond them a slice is garbage. */
  private static final int CACHED_SLICES = 256;

  private final String name;
  private final Receiver receiver;
  private final WakeWord wakeWord;
  private final SliceCache view;
  private GroupHandler handler;

  /** Whether the handler runs: what is thrown then is its own. */
  private boolean handling;

  /** Whether it is known that the sender has ended: from then on each round looks. */
  private boolean ended;

  private boolean truncated;

  /** How the ring ended; null as long as it may have messages. */
  private StreamEnd end;

  GroupMember(String name, Receiver receiver) {
    this.name = name;
    this.receiver = receiver;
    wakeWord = receiver.newWakeWord();
    view = receiver.newView(CACHED_SLICES);
  }

  String name() {
    return name;
  }

  Receiver receiver() {
    return receiver;
  }

  WakeWord wakeWord() {
    return wakeWord;
  }

  /** Returns how the ring ended; to be called when it {@link #isOver}. */
  StreamEnd end() {
    return end;
  }

  int poll(GroupHandler handler, int limit) {
    if (!isAwake()) {
      return 0;
    }
    this.handler = handler;
    try {
      return receiver.poll(this, limit);
    } catch (RegionException e) {
      if (!handling) {
        noteIfTruncated(e);
      }
      throw e;
    } finally {
      handling = false;
    }
  }

  @Override
  public void accept(long address) {
    handling = true;
    handler.onMessage(name, address, view.slice(address));
    handling = false;
  }

  /**
   * Returns whether to look at the ring: one that is armed is looked at only when its wake word has
   * changed.
   */
  private boolean isAwake() {
    if (wakeWord.isArmed()) {
      if (!wakeWord.isRung()) {
        return false;
      }
      wakeWord.disarm();
    }
    return true;
  }

  boolean hasMessages() {
    return isAwake() && receiver.hasMessages();
  }

  /** Returns whether the sender has ended the ring, once. */
  boolean isNewlyEnded() {
    if (ended || wakeWord.isArmed() || !receiver.isMarkedEnded()) {
      return false;
    }
    ended = true;
    return true;
  }

  /** Asks to be woken, if it does not already; returns false if there is something to do now. */
  boolean arm() {
    if (wakeWord.isArmed()) {
      return true;
    }
    wakeWord.arm();
    // In this order: see WakeWord.
    if (!receiver.hasMessages() && (ended || !receiver.isMarkedEnded())) {
      return true;
    }
    wakeWord.disarm();
    return false;
  }

  /**
   * Looks whether the sender lives, and whether there is something although nobody was woken: a
   * sender may be stopped, or killed, after it has published and before it wakes. One system call.
   */
  void look() {
    if (end == null) {
      ended |= receiver.hasEnded();
      if (wakeWord.isArmed() && (ended || receiver.hasMessages())) {
        wakeWord.disarm();
      }
    }
  }

  /** Returns whether the ring is to be left: it has ended, and all of it is taken. */
  boolean isOver() {
    try {
      if (end == null && ended && receiver.state().isFinal()) {
        end = receiver.lastEnd().orElseThrow();
      }
    } catch (RegionException e) {
      noteIfTruncated(e);
      throw e;
    }
    return end != null;
  }

  /** Returns what to throw when an access to the ring's region failed; the group then leaves it. */
  RegionException truncated(InternalError e) {
    RegionException failure = receiver.fault(e);
    noteIfTruncated(failure);
    return failure;
  }

  /** Makes the group leave a ring of which nothing can be read any more. */
  private void noteIfTruncated(RegionException e) {
    if (e.getCause() instanceof InternalError) {
      truncated = true;
      end = new StreamEnd(StreamState.ABORTED, e.getMessage());
    }
  }

  /** Leaves the ring. */
  void close(Duration limit) {
    try {
      receiver.close(limit);
    } catch (RegionException e) {
      if (!truncated) {
        throw e;
      }
      // Was told already.
    }
  }
}
