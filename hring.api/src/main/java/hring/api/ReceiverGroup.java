package hring.api;

import hring.api.internal.Backoff;
import hring.api.internal.closing.Confinement;
import hring.api.internal.closing.TakeDown;
import hring.api.internal.naming.PatternWatch;
import hring.api.internal.naming.RingFile;
import hring.api.internal.waiting.WaitSet;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Receives from all rings whose names match a pattern, in one thread. Rings that appear join by
 * themselves; those that end leave by themselves, when all that was submitted to them is taken. To
 * each ring the group is an ordinary receiver: the messages of one ring come in the order of
 * sending, and go to the group or to another receiver of that ring.
 *
 * <p><b>Rings join and leave</b> in {@link #poll} and {@link #await}, and nowhere else. A new ring
 * is looked for at least ten times a second, or as rarely as once a second where the directory
 * holds so many files that to read it each time would take more than a hundredth of the time; so a
 * sender waits for its receiver ({@link Sender#awaitReceiver}) before it sends and closes. A ring
 * that was closed leaves in one of the next calls, when all of it is taken. Whether a sender has
 * died is looked at every 100 ms, or less often in a group of more than 25 rings: 4 ms for each;
 * but at once when there is another ring of its name. Of two rings of one name, the second joins
 * when the first has left.
 *
 * <p><b>Fair.</b> One call of {@link #poll} visits each ring at most once, beginning where the last
 * call ended, and handles at most 128 messages of each.
 *
 * <p><b>Waiting</b> needs Linux 5.16 (futex_waitv(2)). For each 127 rings beyond the first 127, the
 * group has one more thread, which sleeps while nothing comes.
 *
 * <p><b>Threads.</b> A group belongs to the platform thread that opened it; another thread gets a
 * {@link WrongThreadException}. Only {@link #close} may be called by any thread. After it, every
 * other method throws {@link IllegalStateException}.
 *
 * <p><b>Damage.</b> A {@link RegionException} of one ring is thrown by {@code poll} or {@code
 * await}; the next call goes on with the other rings. If that ring fails again before another
 * message of it was handled, or if its file was truncated, the group leaves it: {@link
 * GroupListener#left} is told {@link StreamState#ABORTED}, and why. To attach to it again, open
 * another group.
 */
public final class ReceiverGroup implements AutoCloseable {
  /** How many messages of one ring are handled in a row at most, before the next has its turn. */
  private static final int QUOTA = 128;

  /** How often to look after the rings, while the group is used. */
  private static final long TEND_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** One ring is looked at in so much time: 250 system calls a second at most. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private static final long PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  /** To attach takes up to a millisecond: those that are there get their turn in between. */
  private static final int JOINS_AT_ONCE = 8;

  private final String pattern;
  private final WaitStrategy waitStrategy;
  private final GroupListener listener;
  private final GroupJoiner joiner;
  private final Confinement confinement;
  private final TakeDown takeDown;
  private final WaitSet waitSet = new WaitSet();
  private final Runnable alarm = waitSet::ring;
  private final List<GroupMember> members = new ArrayList<>();

  /** Those that have left, and of which the listener was not told yet. */
  private final Deque<GroupMember> untold = new ArrayDeque<>();

  /** Those that have left and whose memory is still in use. */
  private final List<GroupMember> retired = new ArrayList<>();

  private long tended = System.nanoTime() - TEND_NANOS;

  /** Until when the time for looks is used up. */
  private long lookedUntil = System.nanoTime();

  /** The member that was visited last. */
  private int visited;

  /** The member whose sender was looked at last. */
  private int looked;

  /** How many messages the present call has handled. */
  private int handled;

  /** The member whose message is being handled, or whose region is being looked at. */
  private GroupMember current;

  private boolean tendNow;

  ReceiverGroup(ReceiverGroupBuilder options, PatternWatch watch, long uid) {
    // All that is needed of the options: they may be changed for the next group.
    pattern = options.pattern;
    waitStrategy = options.waitStrategy;
    listener = options.listener;
    joiner = new GroupJoiner(options, watch, uid);
    confinement = new Confinement("the group of receivers '" + pattern + "'", () -> {});
    takeDown =
        new TakeDown(
            e -> new RegionException("a region was truncated by another process", e),
            List.of(_ -> waitSet.close(), this::closeMembers));
    // Throws here rather than later if the kernel is too old.
    waitSet.begin();
    waitSet.await(0);
  }

  ReceiverGroup begin() {
    confinement.begin();
    return this;
  }

  /**
   * Handles the messages that are there, and frees them afterwards. Does not wait.
   *
   * @param handler gets each message, and the name of its ring; if it throws, the message it got
   *     counts as handled unless {@link ReceiverGroupBuilder#onHandlerFailure} says otherwise, and
   *     the next call goes on with the next ring
   * @param limit how many messages at most, at least 1
   * @return how many were handled; 0 if there was none. It may be less than the limit although
   *     there are more
   * @throws RegionException if a sender, or another process, has written nonsense into a region; or
   *     if the directory cannot be read, which is thrown once and tried again
   * @throws EvictedException if the sender of a ring has evicted the group; the next call goes on
   * @throws IllegalStateException if it is called in a handler of this group
   */
  public int poll(GroupHandler handler, int limit) {
    checkNotHandling();
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit + " is not positive");
    }
    handled = 0;
    confinement.beginHandling();
    try {
      tend();
      pollMembers(handler, limit);
    } catch (RegionException | InternalError e) {
      tell(e);
    } finally {
      endCall();
      confinement.endHandling();
    }
    return handled;
  }

  private void pollMembers(GroupHandler handler, int limit) {
    int size = members.size();
    for (int i = 0; i < size && handled < limit && !confinement.isClosing(); i++) {
      // First: if the handler throws, the next call goes on with the next ring.
      visited = visited + 1 < size ? visited + 1 : 0;
      current = members.get(visited);
      int found = current.poll(handler, Math.min(limit - handled, QUOTA));
      handled += found;
      tendNow |= found == 0 && current.isNewlyEnded();
    }
  }

  /**
   * Throws what failed, unless it is a ring of which that was told before: the next look after the
   * rings leaves that one.
   */
  private void tell(Throwable e) {
    if (current == null) {
      // No ring: the directory, or what a listener did.
      if (e instanceof Error error) {
        throw error;
      }
      throw (RegionException) e;
    }
    tendNow = true;
    RegionException failure = current.failed(e);
    if (failure != null) {
      throw failure;
    }
  }

  private void endCall() {
    if (current != null) {
      current.endCall();
      current = null;
    }
  }

  private void checkNotHandling() {
    confinement.check();
    confinement.requireNotHandling("the methods of a group");
  }

  /**
   * Waits, as the wait strategy says, until there is a message in any of the rings.
   *
   * @param timeout how long to wait at most
   * @return false if time is up, or the thread was interrupted; the interrupt stays set
   * @throws RegionException as {@link #poll}
   * @throws IllegalStateException if it is called in a handler of this group
   */
  public boolean await(Duration timeout) {
    checkNotHandling();
    long nanos = Backoff.nanos(timeout);
    long start = System.nanoTime();
    while (true) {
      try {
        return await(start, nanos);
      } catch (RegionException | InternalError e) {
        // If it does not throw, that ring is left, and the wait goes on.
        tell(e);
      } finally {
        endCall();
      }
    }
  }

  private boolean await(long start, long nanos) {
    while (true) {
      waitSet.begin();
      confinement.answer();
      tendAsHandler();
      if (hasMessages()) {
        return true;
      }
      long waited = System.nanoTime() - start;
      if (waited >= nanos || Thread.currentThread().isInterrupted()) {
        return false;
      }
      pause(waited, nanos - waited);
    }
  }

  private boolean hasMessages() {
    for (GroupMember member : members) {
      current = member;
      if (member.hasMessages()) {
        return true;
      }
      tendNow |= member.isNewlyEnded();
    }
    return false;
  }

  private void pause(long waited, long left) {
    if (waitStrategy == WaitStrategy.PARK
        || waitStrategy == WaitStrategy.SPIN_THEN_PARK && waited >= SPIN_NANOS) {
      if (!tendNow && armAll()) {
        confinement.alarm(alarm);
        try {
          waitSet.await(Math.min(PARK_NANOS, left));
        } finally {
          confinement.alarm(null);
        }
      }
    } else {
      Thread.onSpinWait();
    }
  }

  /** Returns false if there is something to do instead of sleeping. */
  private boolean armAll() {
    for (GroupMember member : members) {
      current = member;
      if (!member.arm()) {
        return false;
      }
    }
    return true;
  }

  /** As a handler: the listener may use other things, but not this group. */
  private void tendAsHandler() {
    confinement.beginHandling();
    try {
      tend();
    } finally {
      confinement.endHandling();
    }
  }

  /** Looks after the rings: not each time that it is asked. */
  private void tend() {
    long now = System.nanoTime();
    if (now - tended < TEND_NANOS && !tendNow) {
      return;
    }
    tended = now;
    tendNow = false;
    closeRetired();
    look(now);
    leave();
    tellLeft();
    join(now);
  }

  /** Looks whether the senders of some rings are alive: as many as there is time for. */
  private void look(long now) {
    int size = members.size();
    int looks = (int) Math.min(size, (now - lookedUntil) / LOOK_NANOS);
    // Before: if one fails, it is the others' turn all the same.
    lookedUntil = looks == size ? now : lookedUntil + looks * LOOK_NANOS;
    for (int i = 0; i < looks; i++) {
      looked = looked + 1 < size ? looked + 1 : 0;
      look(members.get(looked));
    }
  }

  private void look(GroupMember member) {
    current = member;
    tendNow |= member.look();
  }

  /** Leaves the rings that are over. */
  private void leave() {
    List<GroupMember> over = new ArrayList<>();
    for (GroupMember member : members) {
      current = member;
      if (member.isOver()) {
        over.add(member);
      }
    }
    if (!over.isEmpty()) {
      members.removeAll(over);
      retired.addAll(over);
      untold.addAll(over);
      useMembers();
    }
  }

  /** If the listener throws, the next call tells it of the others. */
  private void tellLeft() {
    current = null;
    while (!untold.isEmpty()) {
      GroupMember member = untold.remove();
      tendNow |= !untold.isEmpty();
      listener.left(member.name(), member.end());
    }
    closeRetired();
  }

  private void useMembers() {
    waitSet.use(members.stream().map(GroupMember::wakeWord).toList());
  }

  /** Unmaps rings that were left, unless somebody still uses their memory: then another time. */
  private void closeRetired() {
    for (int i = retired.size() - 1; i >= 0; i--) {
      GroupMember member = retired.remove(i);
      try {
        member.close(Duration.ZERO);
      } catch (CloseException e) {
        // Somebody uses it: it is closed in a later round, or with the group.
        retired.add(member);
      }
    }
  }

  private void join(long now) {
    int before = members.size();
    try {
      for (RingFile file : joiner.candidates()) {
        if (members.size() - before == JOINS_AT_ONCE) {
          tendNow = true;
          break;
        }
        if (joiner.isOpen(file, now)) {
          lookOrJoin(file, now);
        }
      }
    } finally {
      if (members.size() > before) {
        useMembers();
      }
    }
  }

  private void lookOrJoin(RingFile file, long now) {
    Optional<GroupMember> sameName = member(file.name().name());
    if (sameName.isPresent()) {
      // Its sender has ended, or there would be no other ring of its name.
      look(sameName.get());
      current = null;
      return;
    }
    Optional<GroupMember> joined = joiner.tryJoin(file, now);
    if (joined.isPresent()) {
      members.add(joined.get());
      listener.joined(joined.get().name());
    }
  }

  private Optional<GroupMember> member(String name) {
    return members.stream().filter(member -> member.name().equals(name)).findFirst();
  }

  /**
   * Gives the message that is being handled back unhandled, as {@link Receiver#giveBack} does. May
   * be called by a handler only.
   *
   * @param address the message that the handler was given
   * @return false if it was discarded
   * @throws InvalidAddressException if it is no message of this group, or given back already;
   *     nothing is changed
   * @throws IllegalStateException if no handler is running
   */
  public boolean giveBack(long address) {
    return handled().giveBack(address);
  }

  /**
   * Returns how often the message that is being handled had been handed out before, as {@link
   * Receiver#deliveries} does. May be called by a handler only.
   *
   * @return 0 for a message that was never handed out; at most 15, which also stands for more
   * @throws IllegalStateException if no handler is running
   */
  public int deliveries() {
    return handled().deliveries();
  }

  private Receiver handled() {
    confinement.check();
    if (!confinement.isHandling() || current == null) {
      throw new IllegalStateException(
          "no message of " + confinement + " is being handled: only its handler may call this");
    }
    return current.receiver();
  }

  /**
   * Lists the rings that the group is attached to.
   *
   * @return their names, in the order in which they joined
   */
  public List<String> rings() {
    confinement.check();
    return members.stream().map(GroupMember::name).toList();
  }

  /**
   * Leaves all rings, as {@link #close(Duration)} does with a limit of {@link
   * Receiver#CLOSE_LIMIT}.
   *
   * @throws CloseException as {@link #close(Duration)}
   */
  @Override
  public void close() {
    close(Receiver.CLOSE_LIMIT);
  }

  /**
   * Leaves all rings, each as {@link Receiver#close(Duration)} does. May be called by any thread;
   * does nothing if it was closed before.
   *
   * @param limit how long to wait for others at most, for all rings together
   * @throws CloseException if the group's thread is in a call or a handler that does not return, or
   *     the memory of a message is still in use then. The group takes no more calls; close it again
   *     when those uses have ended
   * @throws IllegalStateException if it is called in a handler of this group
   * @throws RegionException if another process has damaged a region; it is closed nevertheless
   */
  public void close(Duration limit) {
    long deadline = Backoff.deadline(limit);
    confinement.close(deadline, () -> takeDown.run(deadline));
  }

  /** Closes as many as can be, and keeps those whose memory is in use for the next time. */
  private void closeMembers(long deadline) {
    retired.addAll(members);
    members.clear();
    CloseException busy = null;
    for (int i = retired.size() - 1; i >= 0; i--) {
      GroupMember member = retired.remove(i);
      try {
        member.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      } catch (CloseException e) {
        retired.add(member);
        busy = e;
      } catch (InternalError e) {
        takeDown.fail(e);
      } catch (RuntimeException e) {
        takeDown.fail(e);
      }
    }
    if (busy != null) {
      throw busy;
    }
  }

  @Override
  public String toString() {
    return "ReceiverGroup[" + pattern + "]";
  }
}
