package hring.uring;

import hring.api.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * From an error number to a sentence with cause and remedy. The numbers are those of errno(3) on
 * Linux.
 */
final class Errno {
  static final int EPERM = 1;
  static final int ESRCH = 3;
  static final int EINTR = 4;
  static final int EBADF = 9;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EFAULT = 14;
  static final int EINVAL = 22;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int ENOSYS = 38;
  static final int ETIMEDOUT = 110;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, "EPERM"),
          Map.entry(ESRCH, "ESRCH"),
          Map.entry(EINTR, "EINTR"),
          Map.entry(EBADF, "EBADF"),
          Map.entry(EAGAIN, "EAGAIN"),
          Map.entry(ENOMEM, "ENOMEM"),
          Map.entry(EACCES, "EACCES"),
          Map.entry(EFAULT, "EFAULT"),
          Map.entry(EINVAL, "EINVAL"),
          Map.entry(ENFILE, "ENFILE"),
          Map.entry(EMFILE, "EMFILE"),
          Map.entry(ENOSYS, "ENOSYS"),
          Map.entry(ETIMEDOUT, "ETIMEDOUT"));

  private static final Path IO_URING_DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");
  private static final Path PTRACE_SCOPE = Path.of("/proc/sys/kernel/yama/ptrace_scope");
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path LIMITS = Path.of("/proc/self/limits");

  private Errno() {}

  /**
   * Makes an exception of a failed call.
   *
   * @param call what was called
   * @param result what it returned: an error number, negated
   * @return the exception to throw
   */
  static TransportException failure(String call, int result) {
    return new TransportException(call + " failed with " + name(-result) + common(-result));
  }

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
          default -> common(-result);
        };
    return new TransportException("io_uring_setup failed with " + name(-result) + cause);
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
          default -> common(-result);
        };
    return new TransportException(
        "pidfd_getfd from process " + pid + " failed with " + name(-result) + cause);
  }

  /**
   * Names an error.
   *
   * @param errno the error number
   * @return for instance "EPERM"
   */
  static String name(int errno) {
    return NAMES.getOrDefault(errno, "errno " + errno);
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

  private static String common(int errno) {
    return switch (errno) {
      case EMFILE -> ": this process has too many open files; raise RLIMIT_NOFILE (ulimit -n)";
      case ENFILE -> ": the system has too many open files; raise fs.file-max";
      case ENOMEM -> ": the kernel has no memory for it";
      case ESRCH -> ": there is no such process in this pid namespace";
      default -> "";
    };
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
