package hring.uring;

import hring.api.TransportException;
import hring.api.spi.RegionHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Fetches the sender's ring from its process, the way of placement IN_KERNEL: pidfd_open(2),
 * pidfd_getfd(2), mmap(2).
 */
final class SenderRing {
  private static final long IORING_OFF_CQ_RING = 0x800_0000L;

  private SenderRing() {}

  /**
   * Maps the ring. The mapping keeps it alive, no file descriptor stays open.
   *
   * @param header the header of the region
   * @param size the size of the mapping in bytes
   * @param arena how long the mapping lives
   * @return the memory
   * @throws TransportException if the kernel does not allow it; the message says what is missing
   */
  static MemorySegment map(RegionHeader header, long size, Arena arena) {
    Kernel kernel = new Kernel(arena);
    long pid = header.sender().pid();
    int pidfd = kernel.pidfdOpen(pid);
    if (pidfd < 0) {
      throw Errno.failure("pidfd_open of the sender, process " + pid, pidfd);
    }
    try {
      int fd = kernel.pidfdGetfd(pidfd, header.handle());
      if (fd < 0) {
        throw Errno.getfdFailure(pid, fd);
      }
      try {
        return kernel.mapShared(size, fd, IORING_OFF_CQ_RING, arena);
      } finally {
        kernel.close(fd);
      }
    } finally {
      kernel.close(pidfd);
    }
  }
}
