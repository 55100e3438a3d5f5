package hring.linux;

import hring.api.spi.region.ProcessIdentity;

/**
 * Whether a process still runs. A file descriptor of the process (pidfd_open(2)) is asked where
 * there is one: it makes no garbage and cannot mean another process. Where the kernel or a seccomp
 * filter does not give one, {@code /proc} is read.
 */
public final class Liveness implements AutoCloseable {
  private final ProcessIdentity process;
  private final Kernel kernel;
  private final int pidfd;
  private final boolean aliveWhenOpened;

  /**
   * Begins to watch a process.
   *
   * @param process the process
   * @param kernel used by the thread that asks
   */
  public Liveness(ProcessIdentity process, Kernel kernel) {
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

  /**
   * Returns whether the process still runs. Makes one system call.
   *
   * @return false if it has ended, however
   * @throws hring.api.TransportException if the kernel does not say
   */
  public boolean isAlive() {
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
