package hring.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.function.Consumer;

/**
 * How hring makes its own system calls: {@code long syscall(long number, long a, long b, long c,
 * long d, long e, long f)}, see syscall(2). The C library has functions for most system calls, but
 * linking one takes some milliseconds for each combination of types, and opening a ring would need
 * eleven.
 *
 * <p>Arguments that are addresses are not watched by Java: the caller keeps their memory alive
 * until the call returns.
 *
 * <p>No handle is {@link Linker.Option#critical}: it would save some 3 ns, and a call that blocks
 * would hold up every safepoint of the virtual machine.
 */
@SuppressWarnings("restricted") // This is the module that --enable-native-access names.
final class Native {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor SYSCALL_TYPES =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final Linker.Option VARIADIC_FROM_NUMBER_ON = Linker.Option.firstVariadicArg(1);
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          find("syscall"),
          SYSCALL_TYPES,
          VARIADIC_FROM_NUMBER_ON,
          Linker.Option.captureCallState("errno"));
  private static final MethodHandle SYSCALL_WITHOUT_ERRNO =
      LINKER.downcallHandle(find("syscall"), SYSCALL_TYPES, VARIADIC_FROM_NUMBER_ON);
  private static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();

  private Native() {}

  /**
   * Allocates what {@link #syscall} is given for the error number.
   *
   * @param arena how long it lives
   * @return the segment
   */
  static MemorySegment newErrno(Arena arena) {
    return arena.allocate(ERRNO_LAYOUT);
  }

  /**
   * Makes a system call.
   *
   * @param errno memory for the error number, not used by another thread meanwhile
   * @param number which, see {@link SystemCall}
   * @return what the kernel returned, or {@code -errno}
   */
  static long syscall(
      MemorySegment errno, long number, long a, long b, long c, long d, long e, long f) {
    try {
      long result = (long) SYSCALL.invokeExact(errno, number, a, b, c, d, e, f);
      return result == -1 ? -errno.get(JAVA_INT, 0) : result;
    } catch (Throwable t) {
      throw NativeAccess.failed(t);
    }
  }

  /**
   * Makes a system call that can simply be made again, by {@link #syscall}, to learn why it failed.
   * Handing {@link #newErrno} over makes an object unless the compiler sees through all of the
   * call, which it does not always do in large methods.
   *
   * @param number which, see {@link SystemCall}
   * @return what the kernel returned, or -1
   */
  static long syscallWithoutErrno(long number, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) SYSCALL_WITHOUT_ERRNO.invokeExact(number, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw NativeAccess.failed(t);
    }
  }

  /**
   * Makes a system call that can simply be made again: if it fails, it is, for the reason. As long
   * as it succeeds, nothing is allocated on the heap.
   *
   * @param errno memory for the error number, not used by another thread meanwhile
   * @param number which, see {@link SystemCall}
   * @return what the kernel returned, or {@code -errno} of the second call
   */
  static long repeatable(MemorySegment errno, long number, long a, long b, long c, long d, long e) {
    long result = syscallWithoutErrno(number, a, b, c, d, e, 0);
    return result >= 0 ? result : syscall(errno, number, a, b, c, d, e, 0);
  }

  /**
   * Links a function of the C library that is no system call. The handle does not capture {@code
   * errno}.
   *
   * @param name its name
   * @param types its types
   * @return the handle
   */
  static MethodHandle libc(String name, FunctionDescriptor types) {
    return LINKER.downcallHandle(find(name), types);
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
      MemorySegment address, long size, Arena arena, Consumer<MemorySegment> unmap) {
    return address.reinterpret(size, arena, unmap);
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
