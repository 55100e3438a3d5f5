package hring.tests;

import hring.api.spi.region.OpenFile;
import hring.api.spi.region.SystemCalls;
import hring.api.spi.region.WordWait;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a process asks of the system for its rings, by the names of the methods. */
final class CountedCalls {
  private static final Map<String, LongAdder> COUNTS = new ConcurrentHashMap<>();

  private CountedCalls() {}

  /** Counts from now on, in files and waits that are opened from now on. */
  static void begin() throws ReflectiveOperationException {
    Field present =
        Class.forName(SystemCalls.class.getName() + "$Present").getDeclaredField("calls");
    present.setAccessible(true);
    present.set(null, counted(SystemCalls.class, SystemCalls.present()));
  }

  /** Returns the counts, and begins anew. */
  static Map<String, Long> take() {
    Map<String, Long> taken = new TreeMap<>();
    COUNTS.forEach((name, count) -> taken.put(name, count.sumThenReset()));
    return taken;
  }

  private static <T> T counted(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, args) -> {
              COUNTS.computeIfAbsent(method.getName(), _ -> new LongAdder()).increment();
              try {
                return wrapped(method.invoke(real, args));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private static Object wrapped(Object result) {
    return switch (result) {
      case OpenFile file -> counted(OpenFile.class, file);
      case WordWait wait -> counted(WordWait.class, wait);
      case null, default -> result;
    };
  }
}
