package hring.linux;

import hring.api.spi.region.OpenFile;
import hring.api.spi.region.SystemCalls;
import hring.api.spi.region.WordWait;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files, locks and wakes for hring.api, which has no native access itself. */
public final class LinuxCalls implements SystemCalls {
  /** For openat(2): a path is not relative to a directory that is open. */
  private static final int AT_FDCWD = -100;

  private static final int O_RDONLY = 0;
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0x40;
  private static final int O_EXCL = 0x80;
  private static final int O_NOCTTY = 0x100;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;

  /** The one flag here that differs between x86-64 and arm. */
  private static final int O_NOFOLLOW =
      System.getProperty("os.arch").equals("aarch64") ? 0x8000 : 0x20000;

  /** As the JDK itself encodes the names of files. */
  private static final Charset FILE_NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private static final int USER_ONLY = 0600;

  private static final int MADV_POPULATE_WRITE = 23;

  /** So that a signal does not make the kernel begin anew with all of it. */
  private static final long TOUCHED_AT_ONCE = 256L << 20;

  /** For {@link java.util.ServiceLoader}. */
  public LinuxCalls() {}

  @Override
  public OpenFile create(Path file) throws IOException {
    return open(file, O_RDWR | O_CREAT | O_EXCL);
  }

  @Override
  public OpenFile open(Path file, boolean writable) throws IOException {
    // A pipe would wait for its other end, and a lease for its holder, without O_NONBLOCK.
    return open(file, (writable ? O_RDWR : O_RDONLY) | O_NONBLOCK);
  }

  private static OpenFile open(Path file, int flags) throws IOException {
    long fd;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.newErrno(arena);
      long path = arena.allocateFrom(file.toAbsolutePath().toString(), FILE_NAMES).address();
      int all = flags | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC;
      do {
        fd = Native.syscall(errno, SystemCall.OPENAT, AT_FDCWD, path, all, USER_ONLY, 0, 0);
      } while (fd == -Errno.EINTR);
    }
    if (fd < 0) {
      throw openFailure(file, (int) -fd);
    }
    return new LinuxFile(file, (int) fd);
  }

  private static IOException openFailure(Path file, int errno) {
    return switch (errno) {
      case Errno.ENOENT -> new NoSuchFileException(file.toString());
      case Errno.EEXIST -> new FileAlreadyExistsException(file.toString());
      case Errno.EACCES ->
          new AccessDeniedException(file.toString(), null, "EACCES: permission denied");
      default -> new IOException("open failed with " + Errno.name(errno) + openHint(errno));
    };
  }

  private static String openHint(int errno) {
    return switch (errno) {
      case Errno.ELOOP -> ": it is a symbolic link, which a region never is";
      case Errno.EAGAIN -> ": another process has a lease on it";
      case Errno.ENOSPC -> ": No space left on device, or no inodes";
      case Errno.EROFS -> ": Read-only file system";
      default -> Errno.common(errno);
    };
  }

  @Override
  public void preTouch(MemorySegment memory) throws IOException {
    if (!memory.scope().isAlive()) {
      throw new IllegalStateException("the memory is not mapped any more");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.newErrno(arena);
      long end = memory.byteSize();
      for (long at = 0; at < end; ) {
        long from = memory.address() + at;
        long part = Math.min(TOUCHED_AT_ONCE, end - at);
        long result =
            Native.syscall(errno, SystemCall.MADVISE, from, part, MADV_POPULATE_WRITE, 0, 0, 0);
        if (result == 0) {
          at += part;
        } else if (result != -Errno.EINTR) {
          int error = (int) -result;
          throw new IOException("madvise failed with " + Errno.name(error) + touchHint(error));
        }
      }
    }
  }

  private static String touchHint(int errno) {
    return switch (errno) {
      case Errno.EINVAL -> ": the kernel is older than Linux 5.14";
      case Errno.EFAULT -> ": the file was truncated";
      default -> Errno.common(errno);
    };
  }

  @Override
  public void wakeAll(MemorySegment word) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int result = new Kernel(arena).futexWake(word, Integer.MAX_VALUE);
      if (result < 0) {
        throw new IOException("futex wake failed with " + Errno.name(-result));
      }
    }
  }

  @Override
  public WordWait newWordWait() {
    return new LinuxWordWait();
  }

  /** geteuid(2) cannot fail. */
  @Override
  public long userId() {
    long uid = Native.syscallWithoutErrno(SystemCall.GETEUID, 0, 0, 0, 0, 0, 0);
    return Integer.toUnsignedLong((int) uid);
  }

  @Override
  public long findUser(String name) throws IOException {
    return UserNames.find(name, FILE_NAMES);
  }
}
