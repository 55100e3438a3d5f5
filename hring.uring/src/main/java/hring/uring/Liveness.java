package hring.uring;

import hring.api.spi.ProcessIdentity;

/**
 * Whether a process still runs. A file descriptor of the process (pidfd_open(2)) is asked where
 * there is one: it makes no garbage and cannot mean another process. Where the kernel or a seccomp
 * filter does not give one, {@code /proc} is read.
 */
final class Liveness implements AutoCloseable {
  private final ProcessIdentity process;
  private final Kernel kernel;
  private final int pidfd;
  private final boolean aliveWhenOpened;

  Liveness(ProcessIdentity process, Kernel kernel) {
    this.process = process;
    this.kernel = kernel;
    pidfd = kernel.pidfdOpen(process.pid());
    // Looked at after the descriptor is there: from then on the number cannot pass to another
    // process unnoticed.
    try {
      aliveWhenOpened = process.isAlive();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  boolean isAlive() {
    if (!aliveWhenOpened) {
      return false;
    }
    if (pidfd < 0) {
      return process.isAlive();
    }
    int ended = kernel.pollReadable(pidfd);
    if (ended < 0 && ended != -Errno.EINTR) {
      throw Errno.failure("poll of process " + process.pid(), ended);
    }
    return ended != 1;
  }

  @Override
  public void close() {
    if (pidfd >= 0) {
      kernel.close(pidfd);
    }
  }
}
