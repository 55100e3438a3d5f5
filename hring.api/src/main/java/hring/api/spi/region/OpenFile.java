package hring.api.spi.region;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An open file description, see open(2): what locks belong to. May be used by any thread.
 *
 * <p><b>Locks</b> are those of fcntl(2) named "open file description locks". The kernel releases
 * them when the description is closed, so at the latest when its process has died, however that
 * came. Three things follow. A mapping made through a description keeps its locks until it is
 * unmapped, so what is locked is never mapped. A look through a description does not see the locks
 * of this very description, so looks go through one that holds none. And whoever may read the file
 * can hold off a lock, by a read lock of his own.
 */
public interface OpenFile extends AutoCloseable {
  /**
   * The kernel's data on a file.
   *
   * @param device the file system
   * @param inode the file's number in it
   * @param links how many names the file has
   * @param uid the user it belongs to, as this process's user namespace shows it
   * @param size its size in bytes
   * @param allocated how many bytes of memory or disk it occupies
   * @param regular whether it is an ordinary file
   */
  record Facts(
      long device, long inode, long links, long uid, long size, long allocated, boolean regular) {
    /**
     * Returns whether another description is of the same file.
     *
     * @param other what the kernel knows of the other's file
     * @return true if device and inode are equal
     */
    public boolean isSameFile(Facts other) {
      return device == other.device && inode == other.inode;
    }
  }

  /**
   * The kernel's data on a file system.
   *
   * @param tmpfs whether it is memory that this kernel alone serves, see tmpfs(5)
   * @param usable how many bytes this user can still store, {@link Long#MAX_VALUE} if there is no
   *     limit
   */
  record FileSystem(boolean tmpfs, long usable) {}

  /**
   * Asks what the kernel knows of the file, see statx(2).
   *
   * @return the facts, as they are now
   * @throws IOException if the kernel refuses
   */
  Facts facts() throws IOException;

  /**
   * Returns whether the file has a name. Makes one system call and no garbage.
   *
   * @return false if it was removed
   * @throws IOException if the kernel refuses
   */
  boolean isLinked() throws IOException;

  /**
   * Asks what file system the file is on, see fstatfs(2).
   *
   * @return what the kernel says now
   * @throws IOException if the kernel refuses
   */
  FileSystem fileSystem() throws IOException;

  /**
   * Gives the file memory for all its bytes, which are zeros: later access cannot fail for want of
   * memory. See fallocate(2).
   *
   * @param size its size in bytes from now on
   * @throws IOException if there is no room, or a limit forbids it
   */
  void reserve(long size) throws IOException;

  /**
   * Reads bytes at the start of the file. Holes read as zeros, and stay holes.
   *
   * @param into filled as far as the file reaches
   * @return how many bytes were read
   * @throws IOException if the kernel refuses
   */
  int readStart(byte[] into) throws IOException;

  /**
   * Maps a part of the file, shared.
   *
   * @param offset the first byte's offset, a multiple of the size of a page
   * @param size how many bytes
   * @param writable false to read only
   * @param arena what unmaps it when it closes
   * @return the memory; access beyond the file's end is an {@link InternalError}
   * @throws IOException if the kernel refuses
   */
  MemorySegment map(long offset, long size, boolean writable, Arena arena) throws IOException;

  /**
   * Locks bytes for writing, so that nobody else can, if nobody else has locked one of them. The
   * bytes need not exist.
   *
   * @param first the first byte's offset
   * @param count how many bytes
   * @return false if another description holds a lock on one of them
   * @throws IOException if the kernel or the file system has no such locks, or no room for one
   */
  boolean tryLock(long first, long count) throws IOException;

  /**
   * Locks bytes for reading, if nobody else has locked one of them for writing: nobody can from
   * then on. Others may lock them for reading too, and {@link #isLocked} does not see it. The bytes
   * need not exist.
   *
   * @param first the first byte's offset
   * @param count how many bytes
   * @return false if another description holds a lock for writing on one of them
   * @throws IOException if the kernel or the file system has no such locks, or no room for one
   */
  boolean tryLockShared(long first, long count) throws IOException;

  /**
   * Releases a lock of this description.
   *
   * @param first the first byte's offset
   * @param count how many bytes
   * @throws IOException if the kernel refuses
   */
  void unlock(long first, long count) throws IOException;

  /**
   * Returns whether another description holds a lock for writing. Makes one system call and no
   * garbage.
   *
   * @param first the first byte's offset
   * @param count how many bytes
   * @return true if one of the bytes is locked
   * @throws IOException if the kernel does not say
   */
  boolean isLocked(long first, long count) throws IOException;

  /** Closes the description, and so releases its locks. Does nothing if it was closed before. */
  @Override
  void close();
}
