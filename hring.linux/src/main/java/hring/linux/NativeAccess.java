package hring.linux;

import hring.api.TransportException;
import java.lang.foreign.Arena;
import java.util.function.Supplier;

/** Says what to do where Java may not call C functions. */
public final class NativeAccess {
  private NativeAccess() {}

  /**
   * Makes sure that native functions can be called.
   *
   * @throws TransportException if native access is not allowed
   */
  public static void require() {
    explained(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            return new Kernel(arena);
          }
        });
  }

  /**
   * Runs what calls native functions for the first time.
   *
   * @param <T> the type of the result
   * @param first what is run
   * @return what it returned
   * @throws TransportException if native access is not allowed
   */
  public static <T> T explained(Supplier<T> first) {
    try {
      return first.get();
    } catch (IllegalCallerException | ExceptionInInitializerError | NoClassDefFoundError e) {
      throw new TransportException(
          "native access is not allowed: start java with --enable-native-access=hring.linux"
              + " (ALL-UNNAMED on a class path)",
          e);
    }
  }

  /**
   * Passes on what calling a native function threw. Its handle declares {@link Throwable}, but
   * native functions throw nothing. What comes is the JVM's, and may be of something else: it
   * reports an access to memory that was truncated, an {@link InternalError}, when it comes to it,
   * which may be in the next call; and callers tell it by its class.
   *
   * @param thrown what was caught
   * @return never
   */
  public static Error failed(Throwable thrown) {
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
    return new AssertionError(thrown);
  }
}
