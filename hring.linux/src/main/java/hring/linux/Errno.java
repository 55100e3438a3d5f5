package hring.linux;

import hring.api.TransportException;
import java.util.Map;

/**
 * Error numbers of errno(3) on Linux, and the sentences for them that hold whatever the call was.
 */
public final class Errno {
  /** EPERM of errno(3). */
  public static final int EPERM = 1;

  /** ENOENT of errno(3). */
  public static final int ENOENT = 2;

  /** ESRCH of errno(3). */
  public static final int ESRCH = 3;

  /** EINTR of errno(3). */
  public static final int EINTR = 4;

  /** EBADF of errno(3). */
  public static final int EBADF = 9;

  /** EAGAIN of errno(3). */
  public static final int EAGAIN = 11;

  /** ENOMEM of errno(3). */
  public static final int ENOMEM = 12;

  /** EACCES of errno(3). */
  public static final int EACCES = 13;

  /** EFAULT of errno(3). */
  public static final int EFAULT = 14;

  /** EEXIST of errno(3). */
  public static final int EEXIST = 17;

  /** EINVAL of errno(3). */
  public static final int EINVAL = 22;

  /** ENFILE of errno(3). */
  public static final int ENFILE = 23;

  /** EMFILE of errno(3). */
  public static final int EMFILE = 24;

  /** EFBIG of errno(3). */
  public static final int EFBIG = 27;

  /** ENOSPC of errno(3). */
  public static final int ENOSPC = 28;

  /** EROFS of errno(3). */
  public static final int EROFS = 30;

  /** ERANGE of errno(3). */
  public static final int ERANGE = 34;

  /** ENOLCK of errno(3). */
  public static final int ENOLCK = 37;

  /** ENOSYS of errno(3). */
  public static final int ENOSYS = 38;

  /** ELOOP of errno(3). */
  public static final int ELOOP = 40;

  /** EOPNOTSUPP of errno(3). */
  public static final int EOPNOTSUPP = 95;

  /** ETIMEDOUT of errno(3). */
  public static final int ETIMEDOUT = 110;

  /** EDQUOT of errno(3). */
  public static final int EDQUOT = 122;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, "EPERM"),
          Map.entry(ENOENT, "ENOENT"),
          Map.entry(ESRCH, "ESRCH"),
          Map.entry(EINTR, "EINTR"),
          Map.entry(EBADF, "EBADF"),
          Map.entry(EAGAIN, "EAGAIN"),
          Map.entry(ENOMEM, "ENOMEM"),
          Map.entry(EACCES, "EACCES"),
          Map.entry(EFAULT, "EFAULT"),
          Map.entry(EEXIST, "EEXIST"),
          Map.entry(EINVAL, "EINVAL"),
          Map.entry(ENFILE, "ENFILE"),
          Map.entry(EMFILE, "EMFILE"),
          Map.entry(EFBIG, "EFBIG"),
          Map.entry(ENOSPC, "ENOSPC"),
          Map.entry(EROFS, "EROFS"),
          Map.entry(ERANGE, "ERANGE"),
          Map.entry(ENOLCK, "ENOLCK"),
          Map.entry(ENOSYS, "ENOSYS"),
          Map.entry(ELOOP, "ELOOP"),
          Map.entry(EOPNOTSUPP, "EOPNOTSUPP"),
          Map.entry(ETIMEDOUT, "ETIMEDOUT"),
          Map.entry(EDQUOT, "EDQUOT"));

  private Errno() {}

  /**
   * Creates an exception of a failed call.
   *
   * @param call what was called
   * @param result what it returned: an error number, negated
   * @return the exception to throw
   */
  public static TransportException failure(String call, int result) {
    return new TransportException(call + " failed with " + name(-result) + common(-result));
  }

  /**
   * Names an error.
   *
   * @param errno the error number
   * @return for instance "EPERM"
   */
  public static String name(int errno) {
    return NAMES.getOrDefault(errno, "errno " + errno);
  }

  /**
   * Returns what is to be said of an error whatever the call was.
   *
   * @param errno the error number
   * @return cause and remedy, beginning with ": ", or nothing
   */
  public static String common(int errno) {
    return switch (errno) {
      case EMFILE -> ": this process has too many open files; raise RLIMIT_NOFILE (ulimit -n)";
      case ENFILE -> ": the system has too many open files; raise fs.file-max";
      case ENOMEM -> ": the kernel has no memory for it";
      case ESRCH -> ": there is no such process in this pid namespace";
      default -> "";
    };
  }
}
