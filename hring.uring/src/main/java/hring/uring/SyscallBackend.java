package hring.uring;

import hring.api.TransportException;
import java.lang.foreign.Arena;
import java.util.Optional;

/**
 * Chooses how io_uring is called: by liburing where it is found, else by syscall(2). The system
 * property {@value #PROPERTY} set to "liburing" or "syscall" insists on one, for tests and for the
 * search of a fault.
 */
final class SyscallBackend {
  static final String PROPERTY = "hring.uring.native";

  private SyscallBackend() {}

  /**
   * Gives the calls.
   *
   * @param arena how long they are needed
   * @return the calls
   * @throws TransportException if native access is not allowed, or liburing is insisted on and not
   *     there
   */
  static UringCalls calls(Arena arena) {
    String wanted = System.getProperty(PROPERTY, "");
    try {
      return switch (wanted) {
        case "syscall" -> new SyscallCalls(arena);
        case "liburing" ->
            LiburingCalls.find()
                .orElseThrow(
                    () ->
                        new TransportException(
                            "-D"
                                + PROPERTY
                                + "=liburing, but liburing.so.2 of version 2.3 or later is not"
                                + " installed; install liburing2 or leave the property off"));
        case "" -> {
          Optional<UringCalls> liburing = LiburingCalls.find();
          yield liburing.isPresent() ? liburing.get() : new SyscallCalls(arena);
        }
        default ->
            throw new TransportException(
                "-D" + PROPERTY + "=" + wanted + ": it must be liburing, syscall or absent");
      };
    } catch (IllegalCallerException | ExceptionInInitializerError | NoClassDefFoundError e) {
      throw new TransportException(
          "native access is not allowed: start java with --enable-native-access=hring.linux"
              + " (ALL-UNNAMED on a class path)",
          e);
    }
  }
}
