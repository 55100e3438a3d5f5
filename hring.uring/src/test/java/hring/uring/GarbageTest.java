package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import hring.api.Hring;
import hring.api.MessageHandler;
import hring.api.Receiver;
import hring.api.Sender;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Steady state makes no garbage: counted by the JVM for the sending and for the receiving thread.
 */
@Timeout(120)
class GarbageTest {
  /** Until every block has been used once and the hot path is compiled. */
  private static final int WARM_UP = 2_000_000;

  private static final int COUNTED = 1_000_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private long sum;

  @ParameterizedTest
  @ValueSource(ints = {1, 256})
  void aMillionMessagesAllocateNothing(int maxBatch) throws Exception {
    String name = Numbers.uniqueRing();
    try (Sender sender = Numbers.ring(name).maxBatch(maxBatch).open()) {
      CompletableFuture<Long> received =
          CompletableFuture.supplyAsync(
              () -> receive(name), task -> Thread.ofPlatform().daemon().start(task));
      assertThat(sender.awaitReceiver(Numbers.PATIENCE)).isTrue();
      Numbers.send(sender, 0, WARM_UP);
      long before = allocated();
      Numbers.send(sender, 0, COUNTED);
      long sent = allocated() - before;
      assertThat(sent).as("bytes that the sender allocated").isZero();
      assertThat(received.get(60, TimeUnit.SECONDS))
          .as("bytes that the receiver allocated")
          .isZero();
    }
  }

  private long receive(String name) {
    MessageHandler handler = (_, payload) -> sum += payload.get(JAVA_LONG, 0);
    try (Receiver receiver = Hring.receiver(name).attach()) {
      poll(receiver, handler, WARM_UP);
      long before = allocated();
      poll(receiver, handler, COUNTED);
      return allocated() - before;
    }
  }

  private static void poll(Receiver receiver, MessageHandler handler, int count) {
    for (int left = count; left > 0; ) {
      left -= receiver.poll(handler, Math.min(left, 64));
    }
  }

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
