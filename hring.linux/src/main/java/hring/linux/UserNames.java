package hring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;

/** Users by name, as the C library finds them, see getpwnam(3). */
final class UserNames {
  /**
   * {@code int getpwnam_r(const char *name, struct passwd *pwd, char *buf, size_t size, struct
   * passwd **result)}. It returns the error number.
   */
  private static final MethodHandle GETPWNAM_R =
      Native.libc(
          "getpwnam_r",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));

  // struct passwd: pw_name, pw_passwd (pointers), pw_uid, pw_gid (int each), and pointers.
  private static final long PASSWD_SIZE = 64;
  private static final long PASSWD_UID = 16;
  private static final int BUFFER = 1 << 10;
  private static final int BUFFER_MAX = 1 << 20;

  private UserNames() {}

  /**
   * Finds a user.
   *
   * @param name the name
   * @param charset how the system writes it
   * @return the numeric user id, -1 if there is no such user
   * @throws IOException if the system's table of users cannot be read
   */
  static long find(String name, Charset charset) throws IOException {
    for (int size = BUFFER; size <= BUFFER_MAX; size *= 2) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment passwd = arena.allocate(PASSWD_SIZE, Long.BYTES);
        MemorySegment result = arena.allocate(Long.BYTES, Long.BYTES);
        int error =
            getpwnam(arena.allocateFrom(name, charset), passwd, arena.allocate(size), result);
        if (result.get(JAVA_LONG, 0) != 0) {
          return Integer.toUnsignedLong(passwd.get(JAVA_INT, PASSWD_UID));
        }
        // Those four are what "not found" looks like, depending on where it was looked for.
        if (error == 0
            || error == Errno.ENOENT
            || error == Errno.ESRCH
            || error == Errno.EBADF
            || error == Errno.EPERM) {
          return -1;
        }
        if (error != Errno.ERANGE && error != Errno.EINTR) {
          throw new IOException("getpwnam_r failed with " + Errno.name(error));
        }
      }
    }
    throw new IOException("getpwnam_r failed with ERANGE: the user's entry is too long");
  }

  private static int getpwnam(
      MemorySegment name, MemorySegment passwd, MemorySegment buffer, MemorySegment result) {
    try {
      return (int) GETPWNAM_R.invokeExact(name, passwd, buffer, buffer.byteSize(), result);
    } catch (Throwable t) {
      throw NativeAccess.failed(t);
    }
  }
}
