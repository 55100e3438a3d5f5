package hring.uring;

import hring.api.TransportException;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionHeader;
import hring.linux.Errno;
import hring.linux.Kernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fetches the sender's ring from its process, the way of placement IN_KERNEL: pidfd_open(2),
 * pidfd_getfd(2), mmap(2).
 */
final class SenderRing {
  /** The target that proc_pid_fd(5) shows for the descriptor of a ring. */
  private static final String RING = "anon_inode:[io_uring]";

  private static final String IDENTITY = "unix:dev,ino";

  private static final Pattern SENDERS_LOCK =
      Pattern.compile("lock:.* OFDLCK .* WRITE .* " + HeaderLayout.LOCK_BASE + " .*");

  private static final long IORING_OFF_CQ_RING = 0x800_0000L;

  private SenderRing() {}

  /**
   * Maps the ring. The mapping keeps it alive, no file descriptor stays open.
   *
   * @param region the region
   * @param size the size of the mapping in bytes
   * @param arena how long the mapping lives
   * @return the memory
   * @throws TransportException if the kernel does not allow it; the message says what is missing
   */
  static MemorySegment map(Region region, long size, Arena arena) {
    Kernel kernel = new Kernel(arena);
    RegionHeader header = region.header();
    long pid = header.senderPid();
    int pidfd = kernel.pidfdOpen(pid);
    if (pidfd < 0) {
      throw Errno.failure("pidfd_open of the sender, process " + pid, pidfd);
    }
    try {
      // Asked now that the descriptor is there: it cannot be of a later process with that number.
      if (!region.isSenderAlive()) {
        throw new TransportException("the sender, process " + pid + ", has ended");
      }
      int fd = kernel.pidfdGetfd(pidfd, header.handle());
      if (fd < 0) {
        throw UringErrors.getfdFailure(pid, Machine.userOf(pid), fd, Machine.look());
      }
      try {
        // A process without the right to look has failed before this, with the reason.
        requireSender(region, pid);
        requireRing(fd, pid, header.handle());
        return kernel.mapShared(size, fd, IORING_OFF_CQ_RING, arena);
      } finally {
        kernel.close(fd);
      }
    } finally {
      kernel.close(pidfd);
    }
  }

  /**
   * The sender holds the lock of its slot, see proc_pid_fdinfo(5). In another pid namespace its
   * number may be another process's, which may have a ring as well.
   */
  private static void requireSender(Region region, long pid) {
    Path process = Path.of("/proc/" + pid);
    boolean found = false;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
      Map<String, Object> file = Files.readAttributes(region.file(), IDENTITY);
      for (Path descriptor : open) {
        found |= isSame(descriptor, file) && holdsLock(process, descriptor);
      }
    } catch (IOException e) {
      throw new TransportException(
          "cannot see whether process "
              + pid
              + " is the sender of "
              + region.file()
              + ": "
              + e
              + "; open the ring with placement IN_REGION",
          e);
    }
    if (!found) {
      throw new TransportException(
          "process "
              + pid
              + " is not the sender of "
              + region.file()
              + ", which has that number in another pid namespace; open the ring with placement"
              + " IN_REGION");
    }
  }

  private static boolean isSame(Path descriptor, Map<String, Object> file) throws IOException {
    try {
      return Files.readAttributes(descriptor, IDENTITY).equals(file);
    } catch (NoSuchFileException e) {
      // Closed since it was listed.
      return false;
    }
  }

  private static boolean holdsLock(Path process, Path descriptor) throws IOException {
    try (Stream<String> lines =
        Files.lines(process.resolve("fdinfo").resolve(descriptor.getFileName()))) {
      return lines.anyMatch(line -> SENDERS_LOCK.matcher(line).matches());
    } catch (NoSuchFileException e) {
      // Closed since it was listed.
      return false;
    }
  }

  /** The header says which descriptor it is, and others may have written there. */
  private static void requireRing(int fd, long pid, int handle) {
    Path link = Path.of("/proc/self/fd/" + fd);
    try {
      String target = Files.readSymbolicLink(link).toString();
      if (!target.equals(RING)) {
        throw new TransportException(
            "descriptor "
                + handle
                + " of the sender, process "
                + pid
                + ", is no ring but "
                + target
                + ": the region's header is damaged");
      }
    } catch (IOException e) {
      throw new TransportException("cannot read " + link + ": " + e, e);
    }
  }
}
