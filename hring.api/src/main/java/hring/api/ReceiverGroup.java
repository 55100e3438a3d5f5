package hring.api;

import hring.api.internal.Backoff;
import hring.api.internal.attach.Attachment;
import hring.api.internal.closing.Confinement;
import hring.api.internal.closing.TakeDown;
import hring.api.internal.naming.PatternWatch;
import hring.api.internal.naming.RingFile;
import hring.api.internal.naming.RingWatch;
import hring.api.internal.waiting.WaitSet;
import hring.api.spi.transport.Claims;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Receives from all rings whose names match a pattern, in one thread. Rings that appear join by
 * themselves; those that end leave by themselves, when all that was submitted to them is taken. To
 * each ring the group is an ordinary receiver: the messages of one ring come in the order of
 * sending, and go to the group or to another receiver of that ring.
 *
 * <p><b>Rings join and leave</b> in {@link #poll} and {@link #await}, and nowhere else. A new ring
 * is looked for at least ten times a second, but less often where the directory holds so many files
 * that to read it each time would take more than a hundredth of the time; so a sender waits for its
 * receiver ({@link Sender#awaitReceiver}) before it sends and closes. A ring that was closed leaves
 * in the next round. Whether a sender has died is looked at every 100 ms, or less often in a group
 * of more than 50 rings: 2 ms for each. Of two rings of one name, the second joins when the first
 * has left.
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
 * <p><b>Damage.</b> A {@link RegionException} of one ring is thrown once by {@code poll} or {@code
 * await}; the next call goes on with the other rings. A ring whose file was truncated is left.
 */
public final class ReceiverGroup implements AutoCloseable {
  /** How many messages of one ring are handled in a row: as many as one claim has at most. */
  private static final int QUOTA = Claims.MAX_CLAIM;

  /** How often to look after the rings, while the group is used. */
  private static final long TEND_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** One ring is looked at in so much time: five hundred system calls a second at most. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final long PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** To attach takes up to a millisecond: those that are there get their turn in between. */
  private static final int JOINS_AT_ONCE = 8;

  private final ReceiverGroupBuilder options;
  private final PatternWatch watch;
  private final long uid;
  private final Confinement confinement;
  private final TakeDown takeDown;
  private final WaitSet waitSet = new WaitSet();
  private final Runnable alarm = waitSet::ring;
  private final List<GroupMember> members = new ArrayList<>();

  /** Those that have left and whose memory is still in use. */
  private final List<GroupMember> retired = new ArrayList<>();

  /** When to try again to attach to a file that refused. */
  private final Map<Path, Long> retries = new HashMap<>();

  private long tended = System.nanoTime() - TEND_NANOS;

  /** The member that was visited last. */
  private int visited;

  /** The member whose sender was looked at last. */
  private int looked;

  /** The member whose message is being handled, or whose region is being looked at. */
  private GroupMember current;

  private boolean tendNow;

  ReceiverGroup(ReceiverGroupBuilder options, PatternWatch watch, long uid) {
    this.options = options;
    this.watch = watch;
    this.uid = uid;
    confinement = new Confinement("the group of receivers '" + options.pattern + "'", () -> {});
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
   * @throws RegionException if a sender, or another process, has written nonsense into a region
   * @throws IllegalStateException if it is called in a handler of this group
   */
  public int poll(GroupHandler handler, int limit) {
    checkNotHandling();
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit + " is not positive");
    }
    confinement.beginHandling();
    try {
      tend();
      return pollMembers(handler, limit);
    } catch (RegionException e) {
      // The next call leaves the ring first, if nothing of it can be read any more.
      tendNow = true;
      throw e;
    } catch (InternalError e) {
      throw truncated(e);
    } finally {
      current = null;
      confinement.endHandling();
    }
  }

  private int pollMembers(GroupHandler handler, int limit) {
    int handled = 0;
    int size = members.size();
    for (int i = 0; i < size && handled < limit && !confinement.isClosing(); i++) {
      // First: if the handler throws, the next call goes on with the next ring.
      visited = visited + 1 < size ? visited + 1 : 0;
      current = members.get(visited);
      handled += current.poll(handler, Math.min(limit - handled, QUOTA));
    }
    return handled;
  }

  /** An access to the region of the current member failed: another process has truncated it. */
  private RegionException truncated(InternalError e) {
    if (current == null) {
      throw e;
    }
    tendNow = true;
    return current.truncated(e);
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
   * @throws RegionException if another process has damaged a region
   * @throws IllegalStateException if it is called in a handler of this group
   */
  public boolean await(Duration timeout) {
    checkNotHandling();
    try {
      return await(Backoff.nanos(timeout));
    } catch (RegionException e) {
      // The next call leaves the ring first, if nothing of it can be read any more.
      tendNow = true;
      throw e;
    } catch (InternalError e) {
      throw truncated(e);
    } finally {
      current = null;
    }
  }

  private boolean await(long nanos) {
    long start = System.nanoTime();
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
    if (options.waitStrategy == WaitStrategy.PARK
        || options.waitStrategy == WaitStrategy.SPIN_THEN_PARK && waited >= SPIN_NANOS) {
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
    long since = now - tended;
    if (since < TEND_NANOS && !tendNow) {
      return;
    }
    tended = now;
    tendNow = false;
    closeRetired();
    leave((int) Math.min(members.size(), since / LOOK_NANOS));
    join(now);
  }

  /** Leaves the rings that are over; looks whether the senders of some are alive. */
  private void leave(int looks) {
    for (int i = 0; i < looks; i++) {
      looked = looked + 1 < members.size() ? looked + 1 : 0;
      current = members.get(looked);
      current.look();
    }
    List<GroupMember> over = new ArrayList<>();
    for (GroupMember member : members) {
      current = member;
      if (member.isOver()) {
        over.add(member);
      }
    }
    if (over.isEmpty()) {
      return;
    }
    members.removeAll(over);
    retired.addAll(over);
    useMembers();
    for (GroupMember member : over) {
      options.listener.left(member.name(), member.end());
    }
    closeRetired();
  }

  private void useMembers() {
    waitSet.use(members.stream().map(GroupMember::wakeWord).toList());
  }

  /** Unmaps rings that were left, unless somebody still uses their memory: then another time. */
  private void closeRetired() {
    for (int i = retired.size() - 1; i >= 0; i--) {
      GroupMember member = retired.get(i);
      try {
        member.close(Duration.ZERO);
        retired.remove(i);
      } catch (CloseException e) {
        // Somebody uses it: it is closed in a later round, or with the group.
      } catch (RegionException e) {
        retired.remove(i);
        throw e;
      }
    }
  }

  private void join(long now) {
    int before = members.size();
    try {
      for (RingFile file : watch.candidates()) {
        if (members.size() - before == JOINS_AT_ONCE) {
          tendNow = true;
          break;
        }
        if (!hasMember(file.name().name()) && isDue(file.path(), now) && watch.isOpen(file)) {
          tryJoin(file, now);
        }
      }
    } finally {
      if (members.size() > before) {
        useMembers();
      }
    }
  }

  private boolean hasMember(String name) {
    return members.stream().anyMatch(member -> member.name().equals(name));
  }

  private boolean isDue(Path file, long now) {
    Long retry = retries.get(file);
    return retry == null || now - retry >= 0;
  }

  private void tryJoin(RingFile file, long now) {
    String ring = file.name().name();
    Receiver receiver;
    try {
      receiver =
          ReceiverBuilder.attached(
              ring,
              Attachment.to(file.path(), uid),
              options.waitStrategy,
              null,
              options.failurePolicy);
    } catch (NameException e) {
      // It has ended just now.
      return;
    } catch (HringException e) {
      if (!RingWatch.hasEnded(file.path()) && retries.put(file.path(), now + RETRY_NANOS) == null) {
        options.listener.refused(ring, e);
      }
      return;
    }
    retries.remove(file.path());
    watch.done(file.path());
    members.add(new GroupMember(ring, receiver));
    options.listener.joined(ring);
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
      try {
        long left = Math.max(0, deadline - System.nanoTime());
        retired.get(i).close(Duration.ofNanos(left));
        retired.remove(i);
      } catch (CloseException e) {
        busy = e;
      } catch (RuntimeException e) {
        retired.remove(i);
        takeDown.fail(e);
      }
    }
    if (busy != null) {
      throw busy;
    }
  }

  @Override
  public String toString() {
    return "ReceiverGroup[" + options.pattern + "]";
  }
}
