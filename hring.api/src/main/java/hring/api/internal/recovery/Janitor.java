package hring.api.internal.recovery;

import hring.api.HringException;
import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import java.time.Duration;
import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The sender's thread that looks after the receivers: several times a second it goes through the
 * participant table and takes back what dead processes left. The hot path does not know of it.
 *
 * <p>What it cannot do is told once, by {@link #rethrow}, and the slot is left alone from then on.
 */
public final class Janitor implements AutoCloseable {
  /** So often that a death is dealt with in 200 ms, so rarely that reading /proc costs nothing. */
  private static final long PERIOD_MILLIS = 100;

  private final Region region;
  private final Participants participants;
  private final ReceiverReclaim takingBack;
  private final Thread thread;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final BitSet givenUp = new BitSet();
  private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

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
   * @param name the name of the ring
   * @param region the region
   * @param allocator the sender's allocator
   * @param redelivery gets the messages of the dead, or null if they are to be discarded
   */
  public Janitor(String name, Region region, Allocator allocator, Redelivery redelivery) {
    this.region = region;
    participants = region.participants();
    takingBack = new ReceiverReclaim(region, allocator, redelivery);
    thread = Thread.ofPlatform().daemon().name("hring-janitor-" + name).unstarted(this::run);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stop.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
        lookAround();
      }
    } catch (InterruptedException e) {
      end("was interrupted by somebody", e);
    } catch (Error e) {
      end("was ended by " + e, e);
      throw e;
    }
  }

  private void end(String why, Throwable cause) {
    fail(
        new HringException(
            thread.getName()
                + " "
                + why
                + ": receivers that die are not noticed any more; close the ring and open it anew",
            cause));
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
        long discarded = takingBack.run(owner);
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
            "cannot take back what participant "
                + owner
                + " of "
                + region.file()
                + " left; its slot and its blocks stay taken until the ring is opened anew: "
                + cause.getMessage(),
            cause));
  }

  /**
   * Tells what was done so far. May be called by any thread.
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
   * Throws what went wrong in the janitor's thread, each failure once.
   *
   * @throws RegionException if something did
   */
  public void rethrow() {
    if (failed) {
      RuntimeException failure = failures.poll();
      if (failure != null) {
        throw failure;
      }
    }
  }

  /**
   * Ends the thread and waits until it has ended; then looks around once more in the calling
   * thread, so that whoever died before the ring is closed is not forgotten.
   */
  @Override
  public void close() {
    stop.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // The region is unmapped next: it must have ended. The interrupt is kept for the caller.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    lookAround();
  }
}
