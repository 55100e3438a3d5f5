package hring.api.internal.naming;

import hring.api.RegionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;

/**
 * Says whether a directory has changed since the last time, or just before, so that it is read only
 * then: other people may keep thousands of files there. Used by one thread.
 */
final class DirectoryChanges {
  /**
   * How long after a change the directory is still read: its time of modification is the kernel's
   * coarse clock's, so a second change within some milliseconds may leave it as it is.
   */
  private static final long UNSETTLED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Path directory;
  private FileTime modified;
  private long rereadUntil;

  /** Set from a change until it was read once more after that time, however late the call comes. */
  private boolean unsettled;

  DirectoryChanges(Path directory) {
    this.directory = directory;
  }

  /** Returns whether to read the directory now. One system call. */
  boolean isReadDue() {
    long now = System.nanoTime();
    FileTime found = modificationTime();
    if (!found.equals(modified)) {
      modified = found;
      rereadUntil = now + UNSETTLED_NANOS;
      unsettled = true;
    }
    boolean due = unsettled;
    unsettled = unsettled && now - rereadUntil < 0;
    return due;
  }

  private FileTime modificationTime() {
    try {
      return Files.getLastModifiedTime(directory);
    } catch (IOException e) {
      throw new RegionException("cannot look at the directory " + directory + ": " + e, e);
    }
  }
}
