package hring.api.internal.naming;

import hring.api.RegionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Held while a sender looks whether a name is free and takes it, so that of two at the same time
 * one finds the other.
 *
 * <p>It is a lock of the kernel (fcntl(2)) on a file beside the regions: the kernel releases it
 * when its holder dies, whatever the holder was doing. The holder removes the file before it lets
 * go. So who gets the lock must make sure that its file is still the one in the directory: it gives
 * its file a random length, and looks whether the one in the directory has the same, and the same
 * number of inode as before. On a tmpfs the number alone would do, other file systems use it again.
 *
 * <p>A process that dies while it holds the lock leaves the file; the next sender of the name
 * removes it.
 */
public final class NameLock implements AutoCloseable {
  /** Files with this prefix are locks. */
  static final String PREFIX = ".hring-lock-";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long RETRY_MILLIS = 2;

  /** Lengths are random up to this; one page is really written. */
  private static final long MAX_LENGTH = 1 << 20;

  /** The kernel's lock belongs to the process: threads of this one exclude each other here. */
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final Path file;
  private final FileChannel channel;

  private NameLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Waits for the lock of a name.
   *
   * @param directory the directory of the regions
   * @param name the name
   * @param uid the user whose name it is
   * @return the lock
   * @throws RegionException if another process holds it for long, or the directory cannot be
   *     written
   */
  public static NameLock acquire(Path directory, String name, long uid) {
    // Names are per user: another user's lock file could not be opened, and need not be.
    Path file = directory.resolve(PREFIX + uid + "-" + name);
    IN_PROCESS.lock();
    boolean acquired = false;
    try {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadline) {
        FileChannel channel = tryAcquire(file, uid);
        if (channel != null) {
          acquired = true;
          return new NameLock(file, channel);
        }
        Thread.sleep(RETRY_MILLIS);
      }
    } catch (IOException e) {
      throw new RegionException(
          "cannot lock the name '"
              + name
              + "' with "
              + file
              + ": "
              + e
              + "; the directory must exist, be writable, and have room and inodes left",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegionException("interrupted while waiting for the name '" + name + "'", e);
    } finally {
      if (!acquired) {
        IN_PROCESS.unlock();
      }
    }
    throw new RegionException(
        "another process has been opening a ring named '"
            + name
            + "' for "
            + PATIENCE.toSeconds()
            + " seconds; is it stopped? It holds the lock on "
            + file);
  }

  private static FileChannel tryAcquire(Path file, long uid) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // Just as well: it is opened below.
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      long before = inode(file);
      requireOwn(file, uid);
      channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      locked =
          channel.tryLock() != null && mark(channel) == Files.size(file) && inode(file) == before;
      return locked ? channel : null;
    } catch (NoSuchFileException e) {
      // Its holder has just removed it: try again.
      return null;
    } finally {
      if (channel != null && !locked) {
        channel.close();
      }
    }
  }

  /** In a directory that all may write to, somebody else may have made a file of this name. */
  private static void requireOwn(Path file, long uid) throws IOException {
    long owner = RingDirectory.uid(file);
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (owner != uid || !attributes.isRegularFile()) {
      throw new RegionException(
          file
              + " was made by uid "
              + owner
              + ", or is no plain file: it cannot be the lock of a name of uid "
              + uid
              + "; have it removed, or choose another name");
    }
  }

  /**
   * Gives the file that was opened a length that no other has: where numbers of inodes are used
   * again, that tells whether it is the one in the directory. (To open it once more and look would
   * let go of the lock: fcntl(2).)
   */
  private static long mark(FileChannel channel) throws IOException {
    long length = ThreadLocalRandom.current().nextLong(1, MAX_LENGTH);
    channel.truncate(length);
    try {
      channel.write(ByteBuffer.allocate(1), length - 1);
    } catch (IOException e) {
      // No room for a page, and the lock may be wanted to make some: the inode alone must do, as it
      // does on a tmpfs.
    }
    return channel.size();
  }

  private static long inode(Path file) throws IOException {
    return ((Number) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS)).longValue();
  }

  @Override
  public void close() {
    // The channel is closed last, also if the file cannot be removed: then the next one removes it.
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new RegionException("cannot release the lock " + file + ": " + e, e);
    } finally {
      IN_PROCESS.unlock();
    }
  }
}
