package hring.api.internal.naming;

import hring.api.RegionException;
import hring.api.internal.naming.RegionProbe.Use;
import hring.api.spi.region.HeaderLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the ring of a name, one look at a time. A look reads the directory only if that has
 * changed since the last time, or just before: other people may keep thousands of files there.
 * Files of the name that are there already are looked at each time. Used by one thread.
 */
public final class RingWatch {
  /**
   * How long after a change the directory is still read: its time of modification is the kernel's
   * coarse clock's, so a second change within some milliseconds may leave it as it is.
   */
  private static final long UNSETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final RingDirectory directory;
  private final String name;
  private final long uid;
  private FileTime modified;
  private long settledAt;
  private List<Path> candidates = new ArrayList<>();

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
  }

  /**
   * Looks whether the ring is there.
   *
   * @return the file of a region that is open, and whose sender is alive; empty if there is none
   * @throws RegionException if the directory cannot be read
   */
  public Optional<Path> look() {
    long now = System.nanoTime();
    FileTime found = modificationTime();
    if (!found.equals(modified)) {
      modified = found;
      settledAt = now + UNSETTLED_NANOS;
    }
    if (now - settledAt < 0) {
      candidates =
          directory.named(name).stream().filter(f -> f.uid() == uid).map(RingFile::path).toList();
    }
    for (Path candidate : candidates) {
      RegionProbe probe = RegionProbe.of(candidate);
      if (probe.use() == Use.TAKEN && probe.state() == HeaderLayout.STATE_OPEN) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
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

  private FileTime modificationTime() {
    try {
      return Files.getLastModifiedTime(directory.path());
    } catch (IOException e) {
      throw new RegionException("cannot look at the directory " + directory.path() + ": " + e, e);
    }
  }
}
