package hring.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import hring.linux.NativeAccess;
import hring.linux.NativeLibrary;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The system calls by way of liburing, 2.3 or later: the first that exports them. */
final class LiburingCalls implements UringCalls {
  /** {@code int io_uring_setup(unsigned entries, struct io_uring_params *p)}. */
  private static final MethodHandle SETUP;

  /**
   * {@code int io_uring_enter(unsigned fd, unsigned to_submit, unsigned min_complete, unsigned
   * flags, sigset_t *sig)}.
   */
  private static final MethodHandle ENTER;

  /**
   * {@code int io_uring_register(unsigned fd, unsigned opcode, const void *arg, unsigned nr_args)}.
   */
  private static final MethodHandle REGISTER;

  private static final Pattern FILE = Pattern.compile("liburing\\.so\\.(\\S+)");
  private static final Path MAPS = Path.of("/proc/self/maps");

  static {
    Optional<NativeLibrary> library = NativeLibrary.load("liburing.so.2");
    SETUP = link(library, "io_uring_setup", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    ENTER =
        link(
            library,
            "io_uring_enter",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    REGISTER =
        link(
            library,
            "io_uring_register",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  }

  private LiburingCalls() {}

  /**
   * Returns whether liburing can be used.
   *
   * @return the calls, empty if it is not installed or too old
   */
  static Optional<UringCalls> find() {
    return SETUP == null || ENTER == null || REGISTER == null
        ? Optional.empty()
        : Optional.of(new LiburingCalls());
  }

  private static MethodHandle link(
      Optional<NativeLibrary> library, String name, FunctionDescriptor descriptor) {
    return library.flatMap(l -> l.function(name, descriptor)).orElse(null);
  }

  @Override
  public int setup(int entries, MemorySegment params) {
    try {
      return (int) SETUP.invokeExact(entries, params);
    } catch (Throwable e) {
      throw NativeAccess.failed(e);
    }
  }

  @Override
  public int enter(int ring, int toSubmit, int flags) {
    try {
      return (int) ENTER.invokeExact(ring, toSubmit, 0, flags, MemorySegment.NULL);
    } catch (Throwable e) {
      throw NativeAccess.failed(e);
    }
  }

  @Override
  public int register(int fd, int opcode, MemorySegment argument, int count) {
    try {
      return (int) REGISTER.invokeExact(fd, opcode, argument, count);
    } catch (Throwable e) {
      throw NativeAccess.failed(e);
    }
  }

  /**
   * Versions before 2.4 cannot be asked, but the file that is mapped has the version in its name.
   */
  @Override
  public String name() {
    try (Stream<String> maps = Files.lines(MAPS)) {
      return maps.map(FILE::matcher)
          .filter(Matcher::find)
          .map(m -> "liburing " + m.group(1))
          .findFirst()
          .orElse("liburing");
    } catch (IOException e) {
      return "liburing (its version cannot be read: " + e + ")";
    }
  }
}
