package hring.uring;

import hring.api.TransportException;
import hring.linux.NativeAccess;
import java.lang.foreign.Arena;

/**
 * Chooses how io_uring is called: by liburing where it is found, else by syscall(2). The system
 * property {@value #PROPERTY} set to "liburing" or "syscall" insists on one, for tests and for the
 * search of a fault.
 */
final class SyscallBackend {
  static final String PROPERTY = "hring.uring.native";

  private SyscallBackend() {}

  /**
   * Returns the calls.
   *
   * @param arena how long they are needed
   * @return the calls
   * @throws TransportException if native access is not allowed, or liburing is insisted on and not
   *     there
   */
  static UringCalls calls(Arena arena) {
    String wanted = System.getProperty(PROPERTY, "");
    return NativeAccess.explained(() -> calls(wanted, arena));
  }

  private static UringCalls calls(String wanted, Arena arena) {
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
      case "" -> LiburingCalls.find().orElseGet(() -> new SyscallCalls(arena));
      default ->
          throw new TransportException(
              "-D" + PROPERTY + "=" + wanted + ": it must be liburing, syscall or absent");
    };
  }
}
