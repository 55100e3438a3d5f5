package hring.api.internal.recovery;

import hring.api.RegionException;
import hring.api.spi.region.Region;
import java.io.IOException;

/**
 * Notices that a living sender's file was removed: nobody can attach any more, and it cannot be
 * given its name again (linkat(2) refuses a file without one). The ring is aborted then; receivers
 * take what was submitted, and see why it ended.
 */
final class NameWatch {
  /** How many rounds there are from one look to the next, at least: half a second. */
  private static final int EACH = 5;

  private final Region region;
  private int rounds;

  /** Why the sender cannot go on; null while it can. */
  private volatile String reason;

  /** Whether that was thrown. Used by the sender's thread, and by {@link #close}. */
  private volatile boolean told;

  private boolean closed;

  NameWatch(Region region) {
    this.region = region;
  }

  /**
   * Looks, if it is time. Called by the janitor's thread.
   *
   * @param due whether the ring has its turn
   */
  void round(boolean due) {
    if (!region.isMadeHere() || reason != null || ++rounds < EACH || !due) {
      return;
    }
    rounds = 0;
    try {
      if (!region.hasName()) {
        // First: the sender has to learn it whatever becomes of the rest.
        reason =
            region.file()
                + " was removed while the ring was open: nobody can attach to it any more, and it"
                + " cannot be given its name again. Receivers that are attached get what was"
                + " submitted before. If no person did it: systemd-logind removes what a user has"
                + " in /dev/shm when the user's last session ends; enable lingering for the user"
                + " (loginctl enable-linger), run the sender as a system user, or set RemoveIPC=no"
                + " in logind.conf(5); then open the ring anew";
        tellReceivers();
      }
    } catch (IOException e) {
      // Nobody knows: the next look may tell.
    }
  }

  private void tellReceivers() {
    try {
      region.markAborted("the ring's file was removed while the sender was alive (RemoveIPC?)");
    } finally {
      region.wakeReceivers();
    }
  }

  /**
   * Throws if the file was removed; once it is closed, only if that was never thrown.
   *
   * @throws RegionException if so
   */
  void requireName() {
    String lost = reason;
    if (lost != null && !(closed && told)) {
      told = true;
      throw new RegionException(lost);
    }
  }

  void close() {
    closed = true;
  }
}
