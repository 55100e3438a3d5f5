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

  /** Whether the handler runs, or has thrown: what is thrown then is its own. */
  private boolean handling;

  /** Whether it is known that the sender has ended: from then on each round looks. */
  private boolean ended;

  /** Whether the ring has failed, and no message of it was handled since. */
  private boolean failed;

  /** The failure of the janitor's thread that was thrown last. */
  private RegionException ofJanitor;

  /** How the ring ended; null as long as it may have messages. */
  private StreamEnd end;

  GroupMember(String name, Receiver receiver) {
    this.name = name;
    this.receiver = receiver;
    wakeWord = receiver.joinGroup();
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
    return receiver.poll(this, limit);
  }

  @Override
  public void accept(long address) {
    handling = true;
    handler.onMessage(name, address, view.slice(address));
    handling = false;
    failed = false;
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
   *
   * @return true if the sender has ended, and that is new
   * @throws RegionException also if the janitor's thread could not reclaim something
   */
  boolean look() {
    if (end != null) {
      return false;
    }
    rethrow();
    boolean before = ended;
    ended |= receiver.hasEnded();
    if (wakeWord.isArmed() && (ended || receiver.hasMessages())) {
      wakeWord.disarm();
    }
    return ended && !before;
  }

  /** That something could not be reclaimed is told, and is no reason to leave the ring. */
  private void rethrow() {
    try {
      receiver.rethrow();
    } catch (RegionException e) {
      ofJanitor = isTruncation(e) ? null : e;
      throw e;
    }
  }

  private static boolean isTruncation(RegionException e) {
    return e.getCause() instanceof InternalError;
  }

  /** Returns whether the ring is to be left: it has ended, and all of it is taken. */
  boolean isOver() {
    if (end == null && ended && receiver.state().isFinal()) {
      end = receiver.lastEnd().orElseThrow();
    }
    return end != null;
  }

  /**
   * Notes that something failed in what was called last. A ring that was truncated is over; and so
   * is one that has failed before, if no message of it was handled since.
   *
   * @param e a {@link RegionException}, or an {@link InternalError} of an access to the region
   * @return what to throw; null if it was told already that the ring fails
   */
  RegionException failed(Throwable e) {
    RegionException failure =
        e instanceof InternalError error ? receiver.fault(error) : (RegionException) e;
    if (handling || e == ofJanitor) {
      return failure;
    }
    boolean again = failed;
    failed = true;
    if (again || isTruncation(failure)) {
      end = new StreamEnd(StreamState.ABORTED, failure.getMessage());
    }
    return again ? null : failure;
  }

  /** Ends a call of the group's, in which a handler may have thrown. */
  void endCall() {
    handling = false;
  }

  /** Leaves the ring. */
  void close(Duration limit) {
    try {
      disarm();
      receiver.close(limit);
    } catch (RegionException e) {
      if (!failed) {
        throw e;
      }
      // It was told already that the ring fails.
    }
  }

  /** Otherwise its sender would go on waking somebody who has left. */
  private void disarm() {
    try {
      if (wakeWord.isArmed()) {
        wakeWord.disarm();
      }
    } catch (InternalError e) {
      // Truncated: to close the receiver says so, if nobody has yet.
    }
  }
}
