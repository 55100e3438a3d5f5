package hring.api.spi.region;

import hring.api.RegionException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where region files are made and who may open them.
 *
 * @param directory a directory on a tmpfs, {@link #SHM} unless there is a reason
 * @param permissions the mode of the file
 * @param group the name or the number of the group that the file is given to, or null for the
 *     process's own
 */
public record RegionFiles(Path directory, Set<PosixFilePermission> permissions, String group) {
  /** The directory of POSIX shared memory, see shm_overview(7). */
  public static final Path SHM = Path.of("/dev/shm");

  /** Read and write for the user alone: 0600. */
  public static final Set<PosixFilePermission> USER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  /** gid_t has 32 bits, and -1 is nobody: see chown(2). */
  private static final long NOBODY = (1L << 32) - 1;

  /** For tests alone: regions in directories of other file systems, by processes of one kernel. */
  private static final boolean ANY_FILE_SYSTEM = Boolean.getBoolean("hring.anyFileSystem");

  /** Copies the set. */
  public RegionFiles {
    permissions = Set.copyOf(permissions);
  }

  /**
   * Creates an empty file and takes the sender's lock on it.
   *
   * @param file the file, which does not exist
   * @return the description that holds the lock; null if somebody else was faster, and is about to
   *     remove the file as one whose maker has died: to be tried again with another name
   * @throws RegionException if there is no permission, no directory, or no lock
   */
  OpenFile tryCreate(Path file) {
    OpenFile created;
    try {
      created = SystemCalls.present().create(file);
    } catch (FileAlreadyExistsException e) {
      return null;
    } catch (IOException e) {
      throw new RegionException(
          "cannot make "
              + file
              + ": "
              + e
              + "; the directory must exist, be writable, lie on a tmpfs, and have room and inodes"
              + " left",
          e);
    }
    try {
      if (created.tryLock(HeaderLayout.LOCK_BASE, 1) && created.facts().links() == 1) {
        return created;
      }
      created.close();
      return null;
    } catch (IOException e) {
      throw discard(
          created,
          file,
          new RegionException(
              "cannot lock " + file + " for the life of this process: " + e.getMessage(), e));
    }
  }

  /**
   * Gives a file its bytes, all zeros, its group and its mode.
   *
   * @param file the file
   * @param opened a description of it
   * @param size its size in bytes
   * @throws RegionException if there is no room or no permission
   */
  void prepare(Path file, OpenFile opened, long size) {
    requireTmpfs(file, opened);
    try {
      requireRoom(size, opened.fileSystem().usable());
      opened.reserve(size);
      grant(file);
    } catch (IOException e) {
      throw new RegionException(
          "cannot reserve "
              + size
              + " bytes for "
              + file
              + ": "
              + e.getMessage()
              + "; "
              + roomRemedy(),
          e);
    }
  }

  /**
   * Refuses a file that another kernel may serve too: its processes' locks would not be seen, and
   * the living taken for dead.
   */
  static void requireTmpfs(Path file, OpenFile opened) {
    boolean tmpfs;
    try {
      tmpfs = opened.fileSystem().tmpfs();
    } catch (IOException e) {
      throw new RegionException(
          "cannot see which file system " + file + " is on: " + e.getMessage(), e);
    }
    if (!tmpfs && !ANY_FILE_SYSTEM) {
      throw new RegionException(
          file
              + " is not on a tmpfs: on a file system that several machines share, they would take"
              + " each other's processes for dead; use /dev/shm, or mount a tmpfs");
    }
  }

  private void requireRoom(long size, long usable) {
    if (size > usable) {
      throw new RegionException(
          "a region of "
              + size
              + " bytes does not fit into "
              + directory
              + ", which has "
              + usable
              + " bytes left; "
              + roomRemedy());
    }
  }

  private String roomRemedy() {
    return "make the pool smaller, remove stale regions (hring rm --stale), or enlarge "
        + directory
        + " (mount -o remount,size=...; in containers --shm-size; for RLIMIT_FSIZE ulimit -f)";
  }

  private void grant(Path file) throws IOException {
    if (group != null) {
      try {
        giveToGroup(file);
      } catch (IOException e) {
        throw new RegionException(
            "cannot give "
                + file
                + " to the group '"
                + group
                + "': "
                + e
                + "; it must exist and this user be in it",
            e);
      }
    }
    if (!permissions.equals(USER_ONLY)) {
      Files.setPosixFilePermissions(file, permissions);
    }
  }

  private void giveToGroup(Path file) throws IOException {
    if (NUMBER.matcher(group).matches() && Long.parseLong(group) < NOBODY) {
      // gid_t is unsigned, the JDK's int is not.
      Files.setAttribute(file, "unix:gid", Integer.parseUnsignedInt(group));
    } else {
      Files.getFileAttributeView(file, PosixFileAttributeView.class)
          .setGroup(
              file.getFileSystem()
                  .getUserPrincipalLookupService()
                  .lookupPrincipalByGroupName(group));
    }
  }

  private static RegionException discard(OpenFile opened, Path file, RegionException cause) {
    try (opened) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }
}
