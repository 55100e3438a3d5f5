package hring.api.internal.recovery;

import hring.api.RegionException;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Looks after one ring for this process: several times a second it goes through the participant
 * table and reclaims what dead processes left. The hot path does not know of it; the {@link
 * JanitorThread} does it.
 *
 * <p>What it cannot do is told once, by {@link #rethrow}, and the slot is left alone from then on.
 * That somebody's life cannot be looked at is no such failure: it is looked at again.
 */
public final class Janitor implements AutoCloseable {
  private static final int MAX_FAILURES = 16;

  private final Region region;
  private final Recovery recovery;

  /** Null for a receiver: it does not go by the name any more. */
  private final NameWatch nameWatch;

  /** The thread that alone may send; null for a receiver, and where any thread may send. */
  private final Thread owner;

  private boolean ownerDead;

  private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

  private boolean closed;
  private boolean truncated;
  private volatile boolean failed;

  private Janitor(Region region, Recovery recovery, NameWatch nameWatch, Thread owner) {
    this.region = region;
    this.recovery = recovery;
    this.nameWatch = nameWatch;
    this.owner = owner;
  }

  /**
   * Creates a sender's janitor, which does not run yet.
   *
   * @param region the region
   * @param recovery reclaims what the dead left
   * @param owner the thread that alone may send; null if any may
   * @return the janitor
   */
  public static Janitor ofSender(Region region, Recovery recovery, Thread owner) {
    return new Janitor(region, recovery, new NameWatch(region), owner);
  }

  /**
   * Creates a receiver's janitor, which does not run yet.
   *
   * @param region the region
   * @param recovery reclaims what the dead left
   * @return the janitor
   */
  public static Janitor ofReceiver(Region region, Recovery recovery) {
    return new Janitor(region, recovery, null, null);
  }

  /** Returns whether it is the sender's, who is the first to look after a ring. */
  boolean isOfSender() {
    return nameWatch != null;
  }

  /** Begins to look after the ring. */
  public void start() {
    JanitorThread.add(this);
  }

  /**
   * Does all that is due now. Called by the janitor's thread, ten times a second.
   *
   * @param due whether it is the ring's turn to be looked after even if it is still
   */
  synchronized void round(boolean due) {
    if (closed) {
      return;
    }
    try {
      if (nameWatch != null) {
        nameWatch.round(due);
      }
      lookAtOwner();
      lookAround(due);
    } catch (RuntimeException | Error e) {
      // One ring's trouble is not to end the thread that looks after the others.
      fail(new RegionException("cannot look after " + region.file() + ": " + e, e));
    }
  }

  /** Others cannot see it: they are told, so that a person learns why nothing comes any more. */
  private void lookAtOwner() {
    if (owner != null && !ownerDead && !owner.isAlive()) {
      ownerDead = true;
      region.participants().noteThreadDead(Participants.SENDER);
    }
  }

  private void lookAround(boolean due) {
    if (truncated) {
      return;
    }
    try {
      // In this order: it has to be asked in each round.
      if (!recovery.isStill() || due) {
        recovery.lookAround();
      }
    } catch (InternalError e) {
      // No slot of it can be looked at any more: told once, and that is all.
      truncated = true;
      fail(region.fault(e));
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void fail(RuntimeException failure) {
    // Nobody may ever ask, and a trouble may come back in each round.
    if (failures.size() < MAX_FAILURES) {
      failures.add(failure);
      failed = true;
    }
  }

  /**
   * Throws what went wrong in the janitor's thread, each failure once; that the ring has lost its
   * name, each time.
   *
   * @throws RegionException if something did
   */
  public void rethrow() {
    if (nameWatch != null) {
      nameWatch.requireName();
    }
    if (failed) {
      RuntimeException failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
    }
  }

  /**
   * Ends this, and waits until the janitor's thread is not at it any more; then looks around once
   * more in the calling thread, so that whoever died before the ring is closed is not forgotten.
   */
  @Override
  public void close() {
    JanitorThread.remove(this);
    synchronized (this) {
      closed = true;
      if (nameWatch != null) {
        nameWatch.close();
      }
      lookAround(true);
    }
  }
}
