package hring.api.internal.recovery;

import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import java.time.Duration;
import java.util.BitSet;
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
  private final Region region;
  private final Participants participants;
  private final ReceiverReclaim reclaim;
  private final NameWatch nameWatch;
  private final BitSet givenUp = new BitSet();
  private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

  private boolean closed;
  private volatile boolean failed;
  private volatile Tally tally = new Tally(0, 0, Duration.ZERO);

  /**
   * What was done so far.
   *
   * @param deaths how many receivers died
   * @param discarded how many of their messages were given up
   * @param lastRepair how long the last repair took
   */
  public record Tally(long deaths, long discarded, Duration lastRepair) {}

  /**
   * Makes one that does not run yet.
   *
   * @param region the region
   * @param allocator the sender's allocator
   * @param redelivery gets the messages of the dead, or null if they are to be discarded
   */
  public Janitor(Region region, Allocator allocator, Redelivery redelivery) {
    this.region = region;
    participants = region.participants();
    reclaim = new ReceiverReclaim(region, allocator, redelivery);
    nameWatch = new NameWatch(region);
  }

  /** Begins to look after the ring. */
  public void start() {
    JanitorThread.add(this);
  }

  /** Does all that is due now. Called by the janitor's thread. */
  synchronized void round() {
    if (closed) {
      return;
    }
    try {
      nameWatch.round();
      lookAround();
    } catch (RuntimeException | Error e) {
      // One ring's trouble is not to end the thread that looks after the others.
      fail(new RegionException("cannot look after " + region.file() + ": " + e, e));
    }
  }

  private void lookAround() {
    for (int owner = Participants.SENDER + 1; owner <= participants.slots(); owner++) {
      if (!givenUp.get(owner)) {
        lookAt(owner);
      }
    }
  }

  private void lookAt(int owner) {
    try {
      if (participants.tryBeginReclaim(owner, Participants.SENDER)) {
        long start = System.nanoTime();
        long discarded = reclaim.run(owner);
        tally =
            new Tally(
                tally.deaths + 1,
                tally.discarded + discarded,
                Duration.ofNanos(System.nanoTime() - start));
      }
    } catch (InternalError e) {
      giveUp(owner, region.fault(e));
    } catch (RuntimeException e) {
      giveUp(owner, e);
    }
  }

  private void giveUp(int owner, RuntimeException cause) {
    givenUp.set(owner);
    fail(
        new RegionException(
            "cannot reclaim what participant "
                + owner
                + " of "
                + region.file()
                + " left; its slot and its blocks stay taken until the ring is opened anew: "
                + cause.getMessage(),
            cause));
  }

  /**
   * Returns what was done so far. May be called by any thread.
   *
   * @return the figures
   */
  public Tally tally() {
    return tally;
  }

  private void fail(RuntimeException failure) {
    failures.add(failure);
    failed = true;
  }

  /**
   * Throws what went wrong in the janitor's thread, each failure once; that the ring has lost its
   * name, each time.
   *
   * @throws RegionException if something did
   */
  public void rethrow() {
    nameWatch.requireName();
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
      nameWatch.close();
      lookAround();
    }
  }
}
