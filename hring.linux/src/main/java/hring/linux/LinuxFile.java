package hring.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import hring.api.spi.region.OpenFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** An open file description of this process. Its methods exclude each other: they share memory. */
final class LinuxFile implements OpenFile {
  private static final int F_OFD_GETLK = 36;
  private static final int F_OFD_SETLK = 37;
  private static final short F_RDLCK = 0;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;

  // struct flock: l_type, l_whence (short each), l_start, l_len (long each), l_pid (int).
  private static final long FLOCK_SIZE = 32;
  private static final long FLOCK_START = 8;
  private static final long FLOCK_LENGTH = 16;
  private static final long FLOCK_PID = 24;

  // statx(2) looks the same everywhere, which struct stat does not.
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7FF;
  private static final long STATX_SIZE = 256;
  private static final long STATX_NLINK = 16;
  private static final long STATX_UID = 20;
  private static final long STATX_MODE = 28;
  private static final long STATX_INO = 32;
  private static final long STATX_BYTES = 40;
  private static final long STATX_BLOCKS = 48;
  private static final long STATX_DEV_MAJOR = 136;
  private static final long STATX_DEV_MINOR = 140;
  private static final int BLOCK = 512;
  private static final int S_IFMT = 0xF000;
  private static final int S_IFREG = 0x8000;

  // struct statfs: f_type, f_bsize, f_blocks, f_bfree, f_bavail (long each), and more.
  private static final long STATFS_SIZE = 120;
  private static final long STATFS_BLOCK_SIZE = 8;
  private static final long STATFS_BLOCKS = 16;
  private static final long STATFS_AVAILABLE = 32;
  private static final long TMPFS_MAGIC = 0x0102_1994;

  /** Reserved at once; a signal makes the kernel give back the part that it was at. */
  private static final long RESERVED_AT_ONCE = 256L << 20;

  private static final int CLOSED = -1;

  private final Path path;

  // For what makes no garbage; freed by the collector, as any thread may close this.
  private final MemorySegment flock;
  private final MemorySegment errno;

  // For status(): a struct statx with the empty string behind it; null before it is needed.
  private MemorySegment statx;

  private int fd;

  LinuxFile(Path path, int fd) {
    this.path = path;
    this.fd = fd;
    Arena arena = Arena.ofAuto();
    flock = arena.allocate(FLOCK_SIZE, Long.BYTES);
    errno = Native.newErrno(arena);
  }

  @Override
  public synchronized Facts facts() throws IOException {
    MemorySegment found = status();
    return new Facts(
        Integer.toUnsignedLong(found.get(JAVA_INT, STATX_DEV_MAJOR)) << Integer.SIZE
            | Integer.toUnsignedLong(found.get(JAVA_INT, STATX_DEV_MINOR)),
        found.get(JAVA_LONG, STATX_INO),
        Integer.toUnsignedLong(found.get(JAVA_INT, STATX_NLINK)),
        Integer.toUnsignedLong(found.get(JAVA_INT, STATX_UID)),
        found.get(JAVA_LONG, STATX_BYTES),
        found.get(JAVA_LONG, STATX_BLOCKS) * BLOCK,
        (found.get(JAVA_SHORT, STATX_MODE) & S_IFMT) == S_IFREG);
  }

  @Override
  public synchronized boolean isLinked() throws IOException {
    return status().get(JAVA_INT, STATX_NLINK) != 0;
  }

  /** Calls statx(2); returns the same memory each time. */
  private MemorySegment status() throws IOException {
    requireOpen();
    if (statx == null) {
      statx = Arena.ofAuto().allocate(STATX_SIZE + Long.BYTES, Long.BYTES);
    }
    long address = statx.address();
    long result =
        Native.repeatable(
            errno,
            SystemCall.STATX,
            fd,
            address + STATX_SIZE,
            AT_EMPTY_PATH,
            STATX_BASIC_STATS,
            address);
    if (result < 0) {
      throw failure(
          "statx",
          (int) -result,
          result == -Errno.ENOSYS
              ? ": the kernel is older than Linux 4.11, or a seccomp filter forbids it"
              : "");
    }
    return statx;
  }

  @Override
  public synchronized FileSystem fileSystem() throws IOException {
    requireOpen();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(STATFS_SIZE, Long.BYTES);
      long result = Native.syscall(errno, SystemCall.FSTATFS, fd, found.address(), 0, 0, 0, 0);
      if (result < 0) {
        throw failure("fstatfs", (int) -result, "");
      }
      boolean limited = found.get(JAVA_LONG, STATFS_BLOCKS) != 0;
      return new FileSystem(
          found.get(JAVA_LONG, 0) == TMPFS_MAGIC,
          limited
              ? found.get(JAVA_LONG, STATFS_AVAILABLE) * found.get(JAVA_LONG, STATFS_BLOCK_SIZE)
              : Long.MAX_VALUE);
    }
  }

  @Override
  public synchronized void reserve(long size) throws IOException {
    requireOpen();
    for (long at = 0; at < size; ) {
      long part = Math.min(RESERVED_AT_ONCE, size - at);
      long result = Native.syscall(errno, SystemCall.FALLOCATE, fd, 0, at, part, 0, 0);
      if (result == 0) {
        at += part;
      } else if (result != -Errno.EINTR) {
        throw failure("fallocate", (int) -result, reserveHint((int) -result));
      }
    }
  }

  private static String reserveHint(int errno) {
    return switch (errno) {
      case Errno.ENOSPC -> ": No space left on device";
      case Errno.EFBIG -> ": File too large for RLIMIT_FSIZE (ulimit -f)";
      case Errno.EOPNOTSUPP -> ": this file system cannot reserve room";
      default -> Errno.common(errno);
    };
  }

  @Override
  public synchronized int readStart(byte[] into) throws IOException {
    requireOpen();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(into.length);
      int read = 0;
      while (read < into.length) {
        long to = buffer.address() + read;
        int length = into.length - read;
        long result = Native.syscall(errno, SystemCall.PREAD64, fd, to, length, read, 0, 0);
        if (result == 0) {
          break;
        }
        if (result > 0) {
          read += (int) result;
        } else if (result != -Errno.EINTR) {
          throw failure("pread", (int) -result, "");
        }
      }
      MemorySegment.copy(buffer, JAVA_BYTE, 0, into, 0, read);
      return read;
    }
  }

  @Override
  public synchronized MemorySegment map(long offset, long size, boolean writable, Arena arena)
      throws IOException {
    requireOpen();
    try (Arena own = Arena.ofConfined()) {
      return new Kernel(own).mapFile(fd, offset, size, writable, arena);
    }
  }

  @Override
  public synchronized boolean tryLock(long first, long count) throws IOException {
    return tryLock(F_WRLCK, first, count);
  }

  @Override
  public synchronized boolean tryLockShared(long first, long count) throws IOException {
    return tryLock(F_RDLCK, first, count);
  }

  private boolean tryLock(short type, long first, long count) throws IOException {
    int error = setLock(type, first, count);
    if (error == Errno.EAGAIN || error == Errno.EACCES) {
      return false;
    }
    if (error != 0) {
      throw failure("fcntl(F_OFD_SETLK)", error, lockHint(error));
    }
    return true;
  }

  @Override
  public synchronized void unlock(long first, long count) throws IOException {
    int error = setLock(F_UNLCK, first, count);
    if (error != 0) {
      throw failure("fcntl(F_OFD_SETLK)", error, lockHint(error));
    }
  }

  private int setLock(short type, long first, long count) throws IOException {
    requireOpen();
    fillIn(type, first, count);
    return (int)
        -Native.syscall(errno, SystemCall.FCNTL, fd, F_OFD_SETLK, flock.address(), 0, 0, 0);
  }

  @Override
  public synchronized boolean isLocked(long first, long count) throws IOException {
    requireOpen();
    // As a reader: another reader's lock, which anybody can have who may read, does not count.
    fillIn(F_RDLCK, first, count);
    long address = flock.address();
    long result = Native.syscallWithoutErrno(SystemCall.FCNTL, fd, F_OFD_GETLK, address, 0, 0, 0);
    if (result < 0) {
      // Again, for the reason.
      fillIn(F_RDLCK, first, count);
      result = Native.syscall(errno, SystemCall.FCNTL, fd, F_OFD_GETLK, address, 0, 0, 0);
    }
    if (result < 0) {
      throw failure("fcntl(F_OFD_GETLK)", (int) -result, lockHint((int) -result));
    }
    return flock.get(JAVA_SHORT, 0) != F_UNLCK;
  }

  private void fillIn(short type, long first, long count) {
    flock.set(JAVA_SHORT, 0, type);
    flock.set(JAVA_SHORT, Short.BYTES, (short) 0);
    flock.set(JAVA_LONG, FLOCK_START, first);
    flock.set(JAVA_LONG, FLOCK_LENGTH, count);
    flock.set(JAVA_INT, FLOCK_PID, 0);
  }

  static String lockHint(int errno) {
    return switch (errno) {
      case Errno.EINVAL, Errno.EOPNOTSUPP ->
          ": this kernel or file system has no locks of open file descriptions; hring needs Linux"
              + " 4.11 and a tmpfs";
      case Errno.ENOLCK ->
          ": the kernel has no room for another lock; close files or end processes";
      case Errno.EPERM, Errno.ENOSYS -> ": a seccomp filter or another security module forbids it";
      default -> Errno.common(errno);
    };
  }

  private IOException failure(String call, int errno, String hint) {
    return new IOException(call + " of " + path + " failed with " + Errno.name(errno) + hint);
  }

  private void requireOpen() throws IOException {
    if (fd == CLOSED) {
      throw new IOException(path + " is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (fd == CLOSED) {
      return;
    }
    int closing = fd;
    fd = CLOSED;
    long result = Native.syscall(errno, SystemCall.CLOSE, closing, 0, 0, 0, 0, 0);
    // EINTR: on Linux the descriptor is closed nevertheless, see close(2).
    if (result < 0 && result != -Errno.EINTR) {
      throw Errno.failure("close of " + path, (int) result);
    }
  }

  @Override
  public String toString() {
    return path + " (descriptor " + fd + ")";
  }
}
