package hring.uring;

import static hring.linux.Errno.EBADF;
import static hring.linux.Errno.EFAULT;
import static hring.linux.Errno.EINVAL;
import static hring.linux.Errno.ENOMEM;
import static hring.linux.Errno.ENOSYS;
import static hring.linux.Errno.EPERM;

import hring.api.TransportException;
import hring.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sentences with cause and remedy for the calls of io_uring, and for fetching another process's
 * ring.
 */
final class UringErrors {
  private static final Path IO_URING_DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");
  private static final Path PTRACE_SCOPE = Path.of("/proc/sys/kernel/yama/ptrace_scope");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path LIMITS = Path.of("/proc/self/limits");

  private UringErrors() {}

  /**
   * Makes an exception of a failed io_uring_setup(2).
   *
   * @param result what it returned: an error number, negated
   * @return the exception to throw
   */
  static TransportException setupFailure(int result) {
    String cause =
        switch (-result) {
          case EPERM -> refused();
          case ENOSYS ->
              ": this kernel has no io_uring, or a seccomp filter hides it"
                  + seccomp()
                  + "; hring needs Linux 5.15 or later with CONFIG_IO_URING";
          case ENOMEM ->
              ": the memory of the ring exceeds RLIMIT_MEMLOCK ("
                  + line(LIMITS, "Max locked memory")
                  + "); raise it (ulimit -l, LimitMEMLOCK=, --ulimit memlock=) or make the ring"
                  + " smaller";
          case EFAULT ->
              ": the kernel cannot use this memory for a ring; the region must lie on a tmpfs such"
                  + " as /dev/shm";
          case EINVAL ->
              ": this kernel is too old for every way hring knows; it needs Linux 5.15 or later";
          default -> Errno.common(-result);
        };
    return new TransportException("io_uring_setup failed with " + Errno.name(-result) + cause);
  }

  /**
   * Makes an exception of a failed pidfd_getfd(2).
   *
   * @param pid the sender's process id
   * @param result what it returned: an error number, negated
   * @return the exception to throw
   */
  static TransportException getfdFailure(long pid, int result) {
    String cause =
        switch (-result) {
          case EPERM ->
              ": this process may not trace the sender's, which it must to fetch its ring; both"
                  + " must run as one user without extra capabilities, and under Yama"
                  + " (kernel.yama.ptrace_scope is "
                  + read(PTRACE_SCOPE, "absent here")
                  + ") at scope 1 the sender must allow it: allowTracer(pid) or allowAnyTracer(). A"
                  + " ring with placement IN_REGION needs none of this";
          case ENOSYS -> ": a seccomp filter blocks it" + seccomp() + "; use placement IN_REGION";
          case EBADF -> ": the sender has closed its ring";
          default -> Errno.common(-result);
        };
    return new TransportException(
        "pidfd_getfd from process " + pid + " failed with " + Errno.name(-result) + cause);
  }

  private static String refused() {
    String disabled = read(IO_URING_DISABLED, "0");
    if (!disabled.equals("0")) {
      return ": kernel.io_uring_disabled is "
          + disabled
          + (disabled.equals("1")
              ? " (only CAP_SYS_ADMIN, or members of the group in kernel.io_uring_group)"
              : " (nobody)")
          + "; set it to 0 with sysctl";
    }
    return ": a seccomp filter or a security module forbids io_uring"
        + seccomp()
        + "; containers need a profile that allows io_uring_setup, io_uring_enter and"
        + " io_uring_register";
  }

  private static String seccomp() {
    String mode = line(STATUS, "Seccomp:");
    return mode.endsWith("0")
        ? " (no seccomp filter is active in this process)"
        : " (" + mode + " in /proc/self/status)";
  }

  private static String read(Path file, String otherwise) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return otherwise;
    }
  }

  private static String line(Path file, String start) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(start))
          .findFirst()
          .map(line -> line.replaceAll("\\s+", " ").strip())
          .orElse(start + " unknown");
    } catch (IOException e) {
      return start + " unknown";
    }
  }
}
