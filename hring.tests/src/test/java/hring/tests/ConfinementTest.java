package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import hring.api.MessageHandler;
import hring.api.Receiver;
import hring.api.Sender;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the documentation of {@link Sender} and {@link Receiver} says of threads, and of use after
 * close, holds for every method: also for those that come later.
 */
@Timeout(60)
class ConfinementTest {
  /** Those that may be called by any thread, also after close. */
  private static final Set<String> ALWAYS =
      Set.of(
          "close",
          "abort",
          "pool",
          "offset",
          "description",
          "placement",
          "transport",
          "recovered",
          "largestMessage");

  private static final Set<String> ANY_THREAD = Set.of("free", "giveBack");

  private final String name = TestRings.uniqueRing();

  @Test
  void onlyDocumentedMethodsMayBeCalledByOtherThreads() throws Exception {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      long allocated = sender.allocate(8);
      SequenceMessages.send(sender, 0, 1);
      long taken = receiver.take();
      CompletableFuture.runAsync(
              () -> {
                assertThat(refusing(Sender.class, sender, allocated, WrongThreadException.class))
                    .isEqualTo(methodsBut(Sender.class, ANY_THREAD));
                assertThat(refusing(Receiver.class, receiver, taken, WrongThreadException.class))
                    .isEqualTo(methodsBut(Receiver.class, ANY_THREAD));
              },
              task -> Thread.ofPlatform().start(task))
          .get();
    }
  }

  @Test
  void onlyDocumentedMethodsMayBeCalledAfterClose() {
    Sender sender = TestRings.ring(name).open();
    Receiver receiver = Hring.receiver(name).attach();
    long allocated = sender.allocate(8);
    receiver.close();
    sender.close();
    assertThat(refusing(Sender.class, sender, allocated, IllegalStateException.class))
        .isEqualTo(methodsBut(Sender.class, Set.of()));
    assertThat(refusing(Receiver.class, receiver, allocated, IllegalStateException.class))
        .isEqualTo(methodsBut(Receiver.class, Set.of()));
  }

  private static Set<String> methodsBut(Class<?> type, Set<String> others) {
    Set<String> names = new TreeSet<>();
    for (Method method : methods(type)) {
      if (!ALWAYS.contains(method.getName()) && !others.contains(method.getName())) {
        names.add(method.toString());
      }
    }
    return names;
  }

  private static Method[] methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.isSynthetic())
        .filter(m -> !m.getName().equals("toString"))
        .toArray(Method[]::new);
  }

  /** Calls every method but close and abort, and returns those that refused with an exception. */
  private static Set<String> refusing(
      Class<?> type, Object end, long address, Class<? extends Exception> refusal) {
    Set<String> refused = new TreeSet<>();
    for (Method method : methods(type)) {
      if (method.getName().equals("close") || method.getName().equals("abort")) {
        continue;
      }
      Object[] arguments =
          Arrays.stream(method.getParameterTypes())
              .map(parameter -> argument(parameter, address))
              .toArray();
      try {
        method.invoke(end, arguments);
      } catch (InvocationTargetException e) {
        if (refusal.isInstance(e.getCause())) {
          refused.add(method.toString());
        }
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
    return refused;
  }

  private static Object argument(Class<?> type, long address) {
    if (type == long.class) {
      return address;
    } else if (type == int.class) {
      return 1;
    } else if (type == long[].class) {
      return new long[] {0, address};
    } else if (type == byte[].class) {
      return new byte[1];
    } else if (type == MemorySegment.class) {
      return MemorySegment.ofArray(new byte[1]);
    } else if (type == ByteBuffer.class) {
      return ByteBuffer.allocate(1);
    } else if (type == Duration.class) {
      return Duration.ZERO;
    } else if (type == String.class) {
      return "a reason";
    } else if (type == MessageHandler.class) {
      return (MessageHandler) (_, _) -> {};
    } else if (type == Executor.class) {
      return (Executor) _ -> {};
    } else if (type == Runnable.class) {
      return (Runnable) () -> {};
    } else if (type == LongConsumer.class) {
      return (LongConsumer) _ -> {};
    }
    throw new AssertionError("no argument of type " + type);
  }
}
