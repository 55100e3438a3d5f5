package hring.bench.jmh;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * {@code malloc} and {@code free} of the C library. Addresses are taken as plain longs and the
 * calls are critical, which spares them the thread's state transition: the cheapest way there is.
 */
final class Malloc {
  private static final MethodHandle MALLOC =
      link("malloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
  private static final MethodHandle FREE = link("free", FunctionDescriptor.ofVoid(JAVA_LONG));

  private Malloc() {}

  private static MethodHandle link(String name, FunctionDescriptor descriptor) {
    MemorySegment symbol = Linker.nativeLinker().defaultLookup().findOrThrow(name);
    return Linker.nativeLinker().downcallHandle(symbol, descriptor, Linker.Option.critical(false));
  }

  static long malloc(long size) {
    try {
      return (long) MALLOC.invokeExact(size);
    } catch (Throwable e) {
      throw new AssertionError("a downcall does not throw", e);
    }
  }

  static void free(long address) {
    try {
      FREE.invokeExact(address);
    } catch (Throwable e) {
      throw new AssertionError("a downcall does not throw", e);
    }
  }
}
