package hring.api.internal.naming;

import hring.api.RegionException;
import hring.api.internal.Backoff;
import hring.api.internal.naming.RegionProbe.Use;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.OpenFile;
import hring.api.spi.region.SystemCalls;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Waits for the ring of a name, or for the name to be free, one look at a time. A look reads the
 * directory only if that has changed since the last time, or just before: other people may keep
 * thousands of files there. Files of the name that are there already are looked at each time. Used
 * by one thread.
 *
 * <p>A file that cannot be looked at is told once, to the logger "hring", and looked at again.
 */
public final class RingWatch {
  private static final System.Logger LOG = System.getLogger("hring");

  private final RingDirectory directory;
  private final String name;
  private final long uid;
  private final DirectoryChanges changes;
  private List<Path> candidates = List.of();
  private boolean toldOfFailedLook;

  /**
   * Creates a watch.
   *
   * @param directory where the regions lie
   * @param name the name of the ring
   * @param uid the user that it must belong to
   */
  public RingWatch(RingDirectory directory, String name, long uid) {
    this.directory = directory;
    this.name = name;
    this.uid = uid;
    changes = new DirectoryChanges(directory.path());
  }

  /**
   * Looks whether the ring is there.
   *
   * @return the file of a region that is open, and whose sender is alive; empty if there is none
   * @throws RegionException if the directory cannot be read
   */
  public Optional<Path> look() {
    readDirectory();
    for (Path candidate : candidates) {
      // The cheaper look first: a stale file may stay for as long as anybody waits.
      if (isTaken(candidate) && isOpen(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * Waits while living senders have the files of this name that are there now.
   *
   * @param pause how long
   * @return false if time is up or the thread is interrupted; the interrupt stays set. If true, the
   *     name may be free, or another sender's
   * @throws RegionException if the directory cannot be read
   */
  public boolean awaitFree(Backoff pause) {
    readDirectory();
    for (Path candidate : candidates) {
      try (OpenFile file = SystemCalls.present().open(candidate, false)) {
        while (file.isLocked(HeaderLayout.LOCK_BASE, 1) && file.isLinked()) {
          if (!pause.step()) {
            return false;
          }
        }
      } catch (NoSuchFileException e) {
        // Gone: what is waited for.
      } catch (IOException e) {
        tell(candidate, e);
      }
    }
    return true;
  }

  private void readDirectory() {
    if (changes.isReadDue()) {
      candidates =
          directory.named(name).stream().filter(f -> f.uid() == uid).map(RingFile::path).toList();
    }
  }

  private boolean isTaken(Path candidate) {
    try (OpenFile file = SystemCalls.present().open(candidate, false)) {
      return file.isLocked(HeaderLayout.LOCK_BASE, 1);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      tell(candidate, e);
      return false;
    }
  }

  private boolean isOpen(Path candidate) {
    RegionProbe probe = RegionProbe.of(candidate);
    if (probe.failure() != null) {
      tell(candidate, probe.failure());
    }
    return probe.use() == Use.TAKEN && probe.state() == HeaderLayout.STATE_OPEN;
  }

  private void tell(Path candidate, IOException failure) {
    if (!toldOfFailedLook) {
      toldOfFailedLook = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "cannot see whether " + candidate + " is the ring that is waited for; looking again",
          failure);
    }
  }

  /**
   * Returns whether a ring that {@link #look} found has ended since.
   *
   * @param file the region's file
   * @return true if the file is gone, or its sender has died or closed the ring; false if it lives
   *     or nobody knows
   */
  public static boolean hasEnded(Path file) {
    return RegionProbe.of(file).hasEnded();
  }
}
