package hring.uring;

import static hring.linux.Errno.EACCES;
import static hring.linux.Errno.EBADF;
import static hring.linux.Errno.EFAULT;
import static hring.linux.Errno.EINVAL;
import static hring.linux.Errno.ENOMEM;
import static hring.linux.Errno.ENOSYS;
import static hring.linux.Errno.EPERM;

import hring.api.Placement;
import hring.api.TransportException;
import hring.api.spi.transport.TransportOptions;
import hring.linux.Errno;

/**
 * Sentences with cause and remedy for the calls of io_uring, and for fetching another process's
 * ring.
 */
final class UringErrors {
  /** The remedy that works wherever io_uring is refused. */
  private static final String USE_SHM = "transport(\"shm\") needs no io_uring";

  private static final String USE_REGION =
      "; a ring with placement(Placement.IN_REGION) needs none of this";

  private UringErrors() {}

  /**
   * Creates an exception of an io_uring_setup(2) that failed for the plan of a ring.
   *
   * @param result what the last step of the ladder returned: an error number, negated
   * @param options what was wanted
   * @param machine where
   * @return the exception to throw
   */
  static TransportException planFailure(int result, TransportOptions options, Machine machine) {
    if (result != -EINVAL && result != -EFAULT) {
      return setupFailure(result, machine);
    }
    String failed =
        "io_uring_setup failed with " + Errno.name(-result) + ": this kernel (" + machine.release();
    return new TransportException(
        options.placement() == Placement.IN_REGION
            ? failed
                + ") cannot place a ring of "
                + options.submissionEntries()
                + " submission and "
                + options.completionEntries()
                + " completion entries in the region; late 6.6 and Linux 6.10 and later can, 6.5 to"
                + " early 6.6 with at most 64 submission and 128 completion entries; "
                + USE_SHM
            : failed
                + ") is too old for a ring that is restricted before others can use it, which needs"
                + " Linux 5.10; "
                + USE_SHM);
  }

  /**
   * Creates an exception of a failed io_uring_setup(2).
   *
   * @param result what it returned: an error number, negated
   * @param machine where
   * @return the exception to throw
   */
  static TransportException setupFailure(int result, Machine machine) {
    String cause =
        switch (-result) {
          case EPERM -> ": " + refused(machine) + "; " + USE_SHM;
          case EACCES ->
              ": a security module such as SELinux forbids io_uring to this process; its audit log"
                  + " names the permission that is missing; "
                  + USE_SHM;
          case ENOSYS ->
              ": this kernel ("
                  + machine.release()
                  + ") has no io_uring"
                  + (machine.seccompFilter()
                      ? ", or the seccomp filter of this process hides it"
                      : ": it is older than 5.1, or built without CONFIG_IO_URING")
                  + "; "
                  + USE_SHM;
          case ENOMEM ->
              ": the memory of the ring exceeds RLIMIT_MEMLOCK (Max locked memory "
                  + machine.lockedMemory()
                  + "); raise it (ulimit -l, LimitMEMLOCK=, --ulimit memlock=), make the ring"
                  + " smaller by ringEntries, or use transport(\"shm\")";
          case EFAULT ->
              ": the kernel cannot use the region's memory for a ring; the region must lie on a"
                  + " tmpfs such as /dev/shm";
          default -> Errno.common(-result);
        };
    return new TransportException("io_uring_setup failed with " + Errno.name(-result) + cause);
  }

  private static String refused(Machine machine) {
    return switch (machine.ioUringDisabled()) {
      case "0" ->
          machine.seccompFilter()
              ? "a seccomp filter forbids io_uring to this process, as those of containers do; the"
                  + " profile would have to allow io_uring_setup, io_uring_enter and"
                  + " io_uring_register"
              : "a security module forbids io_uring to this process";
      case "1" ->
          "kernel.io_uring_disabled is 1: only root (CAP_SYS_ADMIN) and members of the group in"
              + " kernel.io_uring_group make rings, until sysctl sets it to 0; this user can still"
              + " receive";
      default ->
          "kernel.io_uring_disabled is "
              + machine.ioUringDisabled()
              + ": nobody makes rings until sysctl sets it to 0";
    };
  }

  /**
   * Creates an exception of a failed pidfd_getfd(2).
   *
   * @param pid the sender's process id
   * @param user the uid that it runs as
   * @param result what the call returned: an error number, negated
   * @param machine where
   * @return the exception to throw
   */
  static TransportException getfdFailure(long pid, String user, int result, Machine machine) {
    String cause =
        switch (-result) {
          case EPERM -> ": " + mayNotTrace(user, machine) + USE_REGION;
          case ENOSYS ->
              machine.seccompFilter()
                  ? ": the seccomp filter of this process blocks it" + USE_REGION
                  : ": this kernel (" + machine.release() + ") is older than 5.6" + USE_REGION;
          case EBADF -> ": the sender has closed its ring";
          default -> Errno.common(-result);
        };
    return new TransportException(
        "pidfd_getfd from process " + pid + " failed with " + Errno.name(-result) + cause);
  }

  /** The first of the kernel's checks that this process does not pass. */
  private static String mayNotTrace(String user, Machine machine) {
    if (machine.ptraceScope().equals("3")) {
      return "kernel.yama.ptrace_scope is 3: no process may fetch another one's ring, whatever its"
          + " rights, until the machine is started anew";
    }
    if (machine.tracesAll()) {
      return "the sender runs in another user namespace, or a security module forbids it";
    }
    if (!user.equals(machine.user()) && !user.equals(Machine.UNKNOWN)) {
      return "the sender runs as uid "
          + user
          + ", this process as uid "
          + machine.user()
          + ": to fetch its ring takes the same user, or CAP_SYS_PTRACE";
    }
    return switch (machine.ptraceScope()) {
      case "1" ->
          "kernel.yama.ptrace_scope is 1: the sender must allow it with allowTracer(pid) or"
              + " allowAnyTracer(), or this process needs CAP_SYS_PTRACE";
      case "2" -> "kernel.yama.ptrace_scope is 2: to fetch a ring takes CAP_SYS_PTRACE";
      default ->
          "the sender has a capability or a group that this process lacks, or may not be traced"
              + " (PR_SET_DUMPABLE)"
              + (machine.seccompFilter()
                  ? ", or the seccomp filter of this process forbids pidfd_getfd"
                  : "");
    };
  }

  /**
   * Says who can attach to a ring in the kernel.
   *
   * @param tracer whom the sender allows, as in {@link TransportOptions#tracer}
   * @param machine where
   * @return a part of a sentence
   */
  static String whoCanAttach(long tracer, Machine machine) {
    String allowed =
        tracer == TransportOptions.ANY_TRACER
            ? "every process of this user"
            : tracer == TransportOptions.NO_TRACER
                ? "nobody without CAP_SYS_PTRACE: allow it with allowTracer(pid) or"
                    + " allowAnyTracer()"
                : "process " + tracer + " and its children";
    return switch (machine.ptraceScope()) {
      case "1" -> "kernel.yama.ptrace_scope is 1 and so can attach " + allowed;
      case "2" -> "kernel.yama.ptrace_scope is 2 and so can attach nobody without CAP_SYS_PTRACE";
      case "3" -> "kernel.yama.ptrace_scope is 3 and so nobody can attach";
      default -> "every process of this user can attach";
    };
  }
}
