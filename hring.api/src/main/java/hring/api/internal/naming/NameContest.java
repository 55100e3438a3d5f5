package hring.api.internal.naming;

import hring.api.NameException;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Region;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Decides which of several senders gets a name that all of them are opening, without a lock that
 * anybody could hold for ever.
 *
 * <p>A sender gives its region its file name in state OPENING, with its lock held. Then it looks
 * for other regions of this ring's name and user whose senders are alive:
 *
 * <ol>
 *   <li>There is none: it has the name, and makes its region OPEN.
 *   <li>One is OPEN, or CLOSED and not removed yet: it gives up.
 *   <li>One is OPENING and has a greater instance number: it gives up.
 *   <li>One is OPENING and has a smaller number: it waits until that one is gone or OPEN.
 * </ol>
 *
 * <p><b>No two get a name.</b> Of two senders, let A be the one that finds itself alone (1) first.
 * Either B's file was there all the while A looked, and A would have seen it; or B's file came
 * after A began to look, and so after A's own. Then B's look, which begins later still, finds A's
 * file, which stays: B does not get the name by (1) while A is alive. (A file that is in a
 * directory from before a look begins until after it ends is found by it, see readdir(3).)
 *
 * <p><b>One gets it.</b> Of all that are OPENING, the one with the greatest number never gives up
 * for another that is OPENING. Those it waits for do not wait for it: they have seen it and give
 * up, or they have not, and become OPEN. A process that is stopped there for long makes it give up
 * with an exception.
 */
public final class NameContest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private NameContest() {}

  /**
   * Waits until the name is this region's.
   *
   * @param directory the region's directory
   * @param region a region that was just published; the caller makes it open, or discards it
   * @throws NameException if another sender has the name
   * @throws hring.api.RegionException if that cannot be seen of a file of the name
   */
  public static void win(RingDirectory directory, Region region) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    RingFile rival = rival(directory, region);
    while (rival != null) {
      if (System.nanoTime() - deadline >= 0) {
        throw new NameException(
            "the name '"
                + region.header().ringName()
                + "' is taken: process "
                + rival.name().pid()
                + " has been opening a ring of this name for "
                + TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS)
                + " seconds ("
                + rival.path()
                + "); is it stopped?");
      }
      // Returns at once if the thread is interrupted: this ends soon, and the flag stays set.
      LockSupport.parkNanos(PAUSE_NANOS);
      rival = rival(directory, region);
    }
  }

  /** Returns a rival that is to be waited for, or null if there is none. */
  private static RingFile rival(RingDirectory directory, Region region) {
    RingFile waitFor = null;
    long own = Users.own();
    for (RingFile file : directory.named(region.header().ringName())) {
      if (file.uid() != own || file.path().getFileName().equals(region.file().getFileName())) {
        continue;
      }
      RegionProbe probe = RegionProbe.of(file.path());
      if (!RingDirectory.isTaken(file, probe)) {
        continue;
      }
      if (probe.state() != HeaderLayout.STATE_OPENING
          || file.name().instance() > region.header().instance()) {
        throw RingDirectory.taken(file);
      }
      waitFor = file;
    }
    return waitFor;
  }
}
