package hring.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.TransportException;
import hring.api.spi.region.WordWait;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/** Waits by futex_waitv(2). */
final class LinuxWordWait implements WordWait {
  // struct futex_waitv: __u64 val, __u64 uaddr, __u32 flags, __u32 reserved.
  private static final long WAITER_SIZE = 24;
  private static final long VALUE = 0;
  private static final long ADDRESS = 8;
  private static final long FLAGS = 16;

  /** FUTEX2_SIZE_U32, and not private: other processes wake. */
  private static final int SHARED_INT = 2;

  /** About 146 years: later instants do not fit. */
  private static final long FOREVER = Long.MAX_VALUE / 2;

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment waiters = arena.allocate(MAX_WORDS * WAITER_SIZE, Long.BYTES);
  private final Kernel kernel = new Kernel(arena);

  LinuxWordWait() {}

  @Override
  public void set(int index, MemorySegment word, int expected) {
    long at = index * WAITER_SIZE;
    waiters.set(JAVA_LONG, at + VALUE, Integer.toUnsignedLong(expected));
    waiters.set(JAVA_LONG, at + ADDRESS, word.address());
    waiters.set(JAVA_INT, at + FLAGS, SHARED_INT);
  }

  @Override
  public boolean await(int count, long nanos) {
    int result;
    try {
      // On Linux the clock of nanoTime() is CLOCK_MONOTONIC, against which the kernel compares.
      long deadline = System.nanoTime() + Math.min(nanos, FOREVER);
      result = kernel.futexWaitAny(waiters, count, deadline);
    } finally {
      Reference.reachabilityFence(this);
    }
    if (result == -Errno.ETIMEDOUT) {
      return false;
    }
    // EAGAIN: a word had changed already. EINTR: a signal. EFAULT: who looks at the word finds out.
    if (result >= 0
        || result == -Errno.EAGAIN
        || result == -Errno.EINTR
        || result == -Errno.EFAULT) {
      return true;
    }
    if (result == -Errno.ENOSYS || result == -Errno.EPERM) {
      throw new TransportException(
          "futex_waitv failed with "
              + Errno.name(-result)
              + ": to wait for several rings needs Linux 5.16 or later, and a container that"
              + " allows this system call; receive from each ring by itself, with"
              + " Receiver.await");
    }
    throw Errno.failure("futex_waitv", result);
  }
}
