package hring.uring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Facts about the machine and a process that explain why the kernel refused a call.
 *
 * @param release the kernel's version
 * @param ioUringDisabled {@code kernel.io_uring_disabled}: 0, 1 or 2; "0" where there is none
 * @param ptraceScope {@code kernel.yama.ptrace_scope}: 0 to 3; "absent" where the kernel has no
 *     Yama
 * @param seccompFilter whether a seccomp filter is active in this process
 * @param lockedMemory what /proc/self/limits says of RLIMIT_MEMLOCK
 * @param user the uid that this process runs as
 * @param tracesAll whether this process has CAP_SYS_PTRACE
 */
record Machine(
    String release,
    String ioUringDisabled,
    String ptraceScope,
    boolean seccompFilter,
    String lockedMemory,
    String user,
    boolean tracesAll) {
  static final String ABSENT = "absent";
  static final String UNKNOWN = "unknown";

  private static final Path SETTINGS = Path.of("/proc/sys/kernel");
  private static final Path SELF = Path.of("/proc/self");
  private static final String FILTER = "2";
  private static final int CAP_SYS_PTRACE = 19;
  private static final int HEX = 16;

  /** Looks at this machine and this process. */
  static Machine look() {
    return new Machine(
        System.getProperty("os.version"),
        setting("io_uring_disabled", "0"),
        setting("yama/ptrace_scope", ABSENT),
        status(SELF, "Seccomp:").equals(FILTER),
        line(SELF.resolve("limits"), "Max locked memory"),
        user(SELF),
        hasPtraceCapability());
  }

  /**
   * Returns which user a process runs as.
   *
   * @param pid the process
   * @return its real uid, or {@link #UNKNOWN}
   */
  static String userOf(long pid) {
    return user(Path.of("/proc", Long.toString(pid)));
  }

  private static String user(Path process) {
    return status(process, "Uid:").split(" ", 2)[0];
  }

  private static boolean hasPtraceCapability() {
    String effective = status(SELF, "CapEff:");
    return !effective.equals(UNKNOWN)
        && (Long.parseUnsignedLong(effective, HEX) >>> CAP_SYS_PTRACE & 1) != 0;
  }

  private static String setting(String name, String otherwise) {
    try {
      return Files.readString(SETTINGS.resolve(name)).strip();
    } catch (IOException e) {
      // The kernel has no such setting, which is an answer, too.
      return otherwise;
    }
  }

  private static String status(Path process, String field) {
    return line(process.resolve("status"), field);
  }

  /** The rest of a line after its start, with single spaces. */
  private static String line(Path file, String start) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(start))
          .findFirst()
          .map(line -> line.substring(start.length()).replaceAll("\\s+", " ").strip())
          .orElse(UNKNOWN);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }
}
