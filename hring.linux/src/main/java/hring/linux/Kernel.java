package hring.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.spi.alloc.SharedMemory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The system calls that are not io_uring's own, adapted to "value or -errno". One object serves one
 * thread: it holds the memory that the calls need.
 */
public final class Kernel {
  private static final int CLOCK_MONOTONIC = 1;
  private static final int FUTEX_WAIT = 0;
  private static final int FUTEX_WAKE = 1;
  private static final int PROT_READ = 1;
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_SHARED = 1;
  private static final int MAP_PRIVATE_ANONYMOUS = 2 | 0x20;
  private static final int MAP_POPULATE = 0x8000;
  private static final int PR_SET_PTRACER = 0x59616d61;
  private static final long NANOS = 1_000_000_000L;

  private final MemorySegment errno;
  private final MemorySegment timespec;

  /**
   * Allocates what the calls need.
   *
   * @param arena how long it lives
   */
  public Kernel(Arena arena) {
    errno = Native.newErrno(arena);
    timespec = arena.allocate(2L * Long.BYTES, Long.BYTES);
  }

  /**
   * Calls syscall(2).
   *
   * @param number the system call's number
   * @param a the first argument
   * @param b the second
   * @param c the third
   * @param d the fourth
   * @param e the fifth
   * @param f the sixth
   * @return what the kernel returned, or {@code -errno}
   */
  public long syscall(long number, long a, long b, long c, long d, long e, long f) {
    return Native.syscall(errno, number, a, b, c, d, e, f);
  }

  /**
   * Calls syscall(2) where a call that failed can simply be made again: it then is, for the reason.
   * As long as it succeeds, nothing is allocated on the heap.
   *
   * @param number the system call's number
   * @param a the first argument
   * @param b the second
   * @param c the third
   * @param d the fourth
   * @param e the fifth
   * @return what the kernel returned, or {@code -errno} of the second call
   */
  public long repeatable(long number, long a, long b, long c, long d, long e) {
    return Native.repeatable(errno, number, a, b, c, d, e);
  }

  /**
   * Waits on a futex that other processes share, see FUTEX_WAIT in futex(2).
   *
   * @param word the futex
   * @param expected sleeps only while it has this value
   * @param nanos how long at most, in nanoseconds
   * @return 0 when woken; {@code -EAGAIN} if the word changed or a signal came, {@code -ETIMEDOUT},
   *     or another {@code -errno}
   */
  public int futexWait(MemorySegment word, int expected, long nanos) {
    long start = System.nanoTime();
    timespec.set(JAVA_LONG, 0, nanos / NANOS);
    timespec.set(JAVA_LONG, Long.BYTES, nanos % NANOS);
    long address = word.address();
    long timeout = timespec.address();
    if (Native.syscallWithoutErrno(SystemCall.FUTEX, address, FUTEX_WAIT, expected, timeout, 0, 0)
        == 0) {
      return 0;
    }
    // Partner: whatever changed it, with a full fence, before waking.
    if (SharedMemory.getIntAcquire(word, 0) != expected) {
      return -Errno.EAGAIN;
    }
    if (System.nanoTime() - start >= nanos) {
      return -Errno.ETIMEDOUT;
    }
    // Again, for the reason: with a word that is not there it does not wait.
    return (int) syscall(SystemCall.FUTEX, address, FUTEX_WAIT, ~expected, timeout, 0, 0);
  }

  /**
   * Waits on several futexes, see futex_waitv(2), which Linux 5.16 brought.
   *
   * @param waiters an array of {@code struct futex_waitv}
   * @param count how many of them
   * @param deadline when to give up, as CLOCK_MONOTONIC counts, in nanoseconds
   * @return the index of one that was woken; {@code -EAGAIN} if a word has another value, {@code
   *     -ETIMEDOUT}, or another {@code -errno}
   */
  int futexWaitAny(MemorySegment waiters, int count, long deadline) {
    timespec.set(JAVA_LONG, 0, deadline / NANOS);
    timespec.set(JAVA_LONG, Long.BYTES, deadline % NANOS);
    return (int)
        syscall(
            SystemCall.FUTEX_WAITV,
            waiters.address(),
            count,
            0,
            timespec.address(),
            CLOCK_MONOTONIC,
            0);
  }

  /**
   * Wakes who waits on a futex, see FUTEX_WAKE in futex(2).
   *
   * @param word the futex
   * @param count how many at most
   * @return how many were woken, or {@code -errno}
   */
  public int futexWake(MemorySegment word, int count) {
    return (int) repeatable(SystemCall.FUTEX, word.address(), FUTEX_WAKE, count, 0, 0);
  }

  /**
   * Calls pidfd_open(2).
   *
   * @param pid a process id
   * @return a file descriptor of the process, or {@code -errno}
   */
  public int pidfdOpen(long pid) {
    return (int) syscall(SystemCall.PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
  }

  /**
   * Calls pidfd_getfd(2).
   *
   * @param pidfd a process
   * @param fd a file descriptor of that process
   * @return a file descriptor of this process for the same file, or {@code -errno}
   */
  public int pidfdGetfd(int pidfd, int fd) {
    return (int) syscall(SystemCall.PIDFD_GETFD, pidfd, fd, 0, 0, 0, 0);
  }

  /**
   * Closes a file descriptor.
   *
   * @param fd the file descriptor
   * @return 0, or {@code -errno}
   */
  public int close(int fd) {
    return (int) syscall(SystemCall.CLOSE, fd, 0, 0, 0, 0, 0);
  }

  /**
   * Lets a process trace this one, see PR_SET_PTRACER in prctl(2).
   *
   * @param pid the process id, or -1 for any
   * @return 0, or {@code -errno}; {@code -EINVAL} where the kernel has no Yama
   */
  public int allowTracer(long pid) {
    return (int) syscall(SystemCall.PRCTL, PR_SET_PTRACER, pid, 0, 0, 0, 0);
  }

  /**
   * Maps zeroed memory of this process alone.
   *
   * @param size the size in bytes
   * @param arena what unmaps it when it closes
   * @return page aligned memory
   * @throws hring.api.TransportException if the kernel refuses
   */
  public MemorySegment mapPrivate(long size, Arena arena) {
    long address = map(size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (address < 0) {
      throw Errno.failure("mmap of " + size + " bytes", (int) address);
    }
    return own(address, size, arena);
  }

  /**
   * Maps a file.
   *
   * @param size the size in bytes
   * @param fd the file
   * @param offset where in the file
   * @param arena what unmaps it when it closes
   * @return the memory
   * @throws hring.api.TransportException if the kernel refuses
   */
  public MemorySegment mapShared(long size, int fd, long offset, Arena arena) {
    long address = map(size, PROT_READ_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);
    if (address < 0) {
      throw Errno.failure("mmap of " + size + " bytes", (int) address);
    }
    return own(address, size, arena);
  }

  /** Maps a part of a file without fetching its pages. */
  MemorySegment mapFile(int fd, long offset, long size, boolean writable, Arena arena)
      throws IOException {
    long address = map(size, writable ? PROT_READ_WRITE : PROT_READ, MAP_SHARED, fd, offset);
    if (address < 0) {
      throw new IOException(
          "mmap of "
              + size
              + " bytes failed with "
              + Errno.name((int) -address)
              + Errno.common((int) -address));
    }
    MemorySegment memory = own(address, size, arena);
    return writable ? memory : memory.asReadOnly();
  }

  private static MemorySegment own(long address, long size, Arena arena) {
    return Native.own(MemorySegment.ofAddress(address), size, arena, memory -> unmap(memory, size));
  }

  /** Returns the address, or {@code -errno}: addresses of a process are positive. */
  private long map(long size, int protection, int flags, int fd, long offset) {
    return syscall(SystemCall.MMAP, 0, size, protection, flags, fd, offset);
  }

  /**
   * Runs when an arena closes, in whatever thread does that: with memory of its own for the error
   * number.
   */
  private static void unmap(MemorySegment memory, long size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = Native.newErrno(arena);
      long result = Native.syscall(errno, SystemCall.MUNMAP, memory.address(), size, 0, 0, 0, 0);
      if (result < 0) {
        throw Errno.failure("munmap of " + size + " bytes", (int) result);
      }
    }
  }
}
