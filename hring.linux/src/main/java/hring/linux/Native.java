package hring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Every native handle of the C library that hring uses. Each returns what the C function returns.
 * The C library's functions also leave {@code errno} in the segment given first ({@link
 * #newErrno}), to be looked at only when the result says that they failed; those named
 * WITHOUT_ERRNO do not, and are given none.
 *
 * <p>No handle is {@link Linker.Option#critical}: it would save some 3 ns, and a call that blocks
 * would hold up every safepoint of the virtual machine.
 */
@SuppressWarnings("restricted") // This is the module that --enable-native-access names.
final class Native {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final FunctionDescriptor SYSCALL_TYPES =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final Linker.Option VARIADIC_FROM_NUMBER_ON = Linker.Option.firstVariadicArg(1);

  /**
   * {@code long syscall(long number, long a, long b, long c, long d, long e, long f)}, see
   * syscall(2).
   */
  static final MethodHandle SYSCALL = libc("syscall", SYSCALL_TYPES, VARIADIC_FROM_NUMBER_ON);

  /**
   * The same, without {@code errno}: for calls that can simply be made again, by {@link #SYSCALL},
   * to learn why they failed. Handing {@link #newErrno} over makes an object unless the compiler
   * sees through all of the call, which it does not always do in large methods.
   */
  static final MethodHandle SYSCALL_WITHOUT_ERRNO =
      LINKER.downcallHandle(find("syscall"), SYSCALL_TYPES, VARIADIC_FROM_NUMBER_ON);

  /**
   * {@code void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)}, see
   * mmap(2).
   */
  static final MethodHandle MMAP =
      libc(
          "mmap",
          FunctionDescriptor.of(
              ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));

  /** {@code int madvise(void *addr, size_t length, int advice)}, see madvise(2). */
  static final MethodHandle MADVISE =
      libc("madvise", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

  /** {@code int munmap(void *addr, size_t length)}, see munmap(2). */
  static final MethodHandle MUNMAP =
      libc("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

  private static final FunctionDescriptor FCNTL_TYPES =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final Linker.Option VARIADIC_FROM_ARGUMENT_2 = Linker.Option.firstVariadicArg(2);

  /** {@code int open(const char *path, int flags, mode_t mode)}, see open(2). */
  static final MethodHandle OPEN =
      libc(
          "open",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          VARIADIC_FROM_ARGUMENT_2);

  /** {@code int fcntl(int fd, int op, struct flock *lock)}, see fcntl(2). */
  static final MethodHandle FCNTL = libc("fcntl", FCNTL_TYPES, VARIADIC_FROM_ARGUMENT_2);

  /** The same, as {@link #SYSCALL_WITHOUT_ERRNO}. */
  static final MethodHandle FCNTL_WITHOUT_ERRNO =
      LINKER.downcallHandle(find("fcntl"), FCNTL_TYPES, VARIADIC_FROM_ARGUMENT_2);

  /** {@code int fstatfs(int fd, struct statfs *buf)}, see statfs(2). */
  static final MethodHandle FSTATFS =
      libc("fstatfs", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

  /** {@code int fallocate(int fd, int mode, off_t offset, off_t size)}, see fallocate(2). */
  static final MethodHandle FALLOCATE =
      libc("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

  /** {@code ssize_t pread(int fd, void *buf, size_t count, off_t offset)}, see pread(2). */
  static final MethodHandle PREAD =
      libc("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));

  /** {@code uid_t geteuid(void)}, see geteuid(2). It cannot fail. */
  static final MethodHandle GETEUID =
      LINKER.downcallHandle(find("geteuid"), FunctionDescriptor.of(JAVA_INT));

  /**
   * {@code int getpwnam_r(const char *name, struct passwd *pwd, char *buf, size_t size, struct
   * passwd **result)}, see getpwnam(3). It returns the error number.
   */
  static final MethodHandle GETPWNAM_R =
      LINKER.downcallHandle(
          find("getpwnam_r"),
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));

  /** {@code int close(int fd)}, see close(2). */
  static final MethodHandle CLOSE = libc("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  /** {@code int prctl(int op, unsigned long arg)}, see prctl(2). */
  static final MethodHandle PRCTL =
      libc("prctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), VARIADIC_FROM_NUMBER_ON);

  private static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();

  private Native() {}

  /**
   * Allocates the segment that is the first argument of the handles that leave {@code errno}.
   *
   * @param arena how long it lives
   * @return the segment
   */
  static MemorySegment newErrno(Arena arena) {
    return arena.allocate(ERRNO_LAYOUT);
  }

  /**
   * Reads what the last failed call left.
   *
   * @param errno the segment that the call was given
   * @return the error number
   */
  static int errno(MemorySegment errno) {
    return errno.get(JAVA_INT, 0);
  }

  /**
   * Maps memory obtained from the kernel.
   *
   * @param address where it is
   * @param size its size in bytes
   * @param arena what unmaps it when it closes
   * @param unmap unmaps it
   * @return the memory
   */
  static MemorySegment own(
      MemorySegment address,
      long size,
      Arena arena,
      java.util.function.Consumer<MemorySegment> unmap) {
    return address.reinterpret(size, arena, unmap);
  }

  private static MethodHandle libc(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker.Option[] all = java.util.Arrays.copyOf(options, options.length + 1);
    all[options.length] = ERRNO;
    return LINKER.downcallHandle(find(name), descriptor, all);
  }

  private static MemorySegment find(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(
            () ->
                new UnsatisfiedLinkError("the C library has no " + name + "(); hring needs Linux"));
  }
}
