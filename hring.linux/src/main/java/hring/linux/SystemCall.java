package hring.linux;

/**
 * The numbers of system calls, see syscall(2). Those below 424 depend on the architecture: x86-64
 * has a table of its own (asm/unistd_64.h), aarch64 and riscv64 have the common one
 * (asm-generic/unistd.h).
 */
final class SystemCall {
  private static final boolean COMMON = hasCommonNumbers(System.getProperty("os.arch"));

  static final int CLOSE = COMMON ? 57 : 3;
  static final int FALLOCATE = COMMON ? 47 : 285;
  static final int FCNTL = COMMON ? 25 : 72;
  static final int FSTATFS = COMMON ? 44 : 138;
  static final int FUTEX = COMMON ? 98 : 202;
  static final int FUTEX_WAITV = 449;
  static final int GETEUID = COMMON ? 175 : 107;
  static final int MADVISE = COMMON ? 233 : 28;
  static final int MMAP = COMMON ? 222 : 9;
  static final int MUNMAP = COMMON ? 215 : 11;
  static final int OPENAT = COMMON ? 56 : 257;
  static final int PIDFD_GETFD = 438;
  static final int PIDFD_OPEN = 434;
  static final int PRCTL = COMMON ? 167 : 157;
  static final int PREAD64 = COMMON ? 67 : 17;
  static final int STATX = COMMON ? 291 : 332;

  private SystemCall() {}

  private static boolean hasCommonNumbers(String architecture) {
    return switch (architecture) {
      case "amd64" -> false;
      case "aarch64", "riscv64" -> true;
      default ->
          throw new UnsatisfiedLinkError(
              "hring does not know the system calls of "
                  + architecture
                  + "; it runs on amd64, aarch64 and riscv64");
    };
  }
}
