package hring.api.spi.region;

import hring.api.RegionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where region files are made and who may open them.
 *
 * @param directory a directory on a tmpfs, {@link #SHM} unless there is a reason
 * @param permissions the mode of the file
 * @param group the name of the group that the file is given to, or null for the process's own
 */
public record RegionFiles(Path directory, Set<PosixFilePermission> permissions, String group) {
  /** The directory of POSIX shared memory, see shm_overview(7). */
  public static final Path SHM = Path.of("/dev/shm");

  /** Read and write for the user alone: 0600. */
  public static final Set<PosixFilePermission> USER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private static final int ZEROS = 1 << 16;

  /** Copies the set. */
  public RegionFiles {
    permissions = Set.copyOf(permissions);
  }

  /**
   * Makes a file of zeros whose pages exist: later access cannot fail for want of memory.
   *
   * @param fileName the name of the file in the directory
   * @param size its size in bytes
   * @return the open file
   * @throws RegionException if there is no room, no permission or no directory; nothing is left
   *     behind
   */
  FileChannel create(String fileName, long size) {
    Path file = directory.resolve(fileName);
    requireRoom(size);
    FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(USER_ONLY);
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              file,
              Set.of(
                  StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
              mode);
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
      reserve(channel, size);
      grant(file);
      return channel;
    } catch (IOException e) {
      discard(channel, file, e);
      throw new RegionException(
          "cannot reserve " + size + " bytes for " + file + ": " + e + "; " + roomRemedy(), e);
    } catch (RuntimeException e) {
      discard(channel, file, e);
      throw e;
    }
  }

  private void requireRoom(long size) {
    long usable;
    try {
      FileStore store = Files.getFileStore(directory);
      usable = store.getUsableSpace();
    } catch (IOException e) {
      throw new RegionException(
          "cannot use the directory "
              + directory
              + ": "
              + e
              + "; mount a tmpfs there or choose another directory",
          e);
    }
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

  /**
   * Writing is what makes tmpfs take the pages; a file that is only extended is full of holes, and
   * a full disk then SIGBUS.
   */
  private static void reserve(FileChannel channel, long size) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(size, ZEROS));
    for (long at = 0; at < size; ) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
      at += channel.write(zeros, at);
    }
  }

  private void grant(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (group != null) {
      GroupPrincipal principal;
      try {
        principal =
            file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        view.setGroup(principal);
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
      view.setPermissions(permissions);
    }
  }

  private static void discard(FileChannel channel, Path file, Exception cause) {
    try {
      channel.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
