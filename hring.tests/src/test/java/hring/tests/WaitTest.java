package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.Hring;
import hring.api.InvalidAddressException;
import hring.api.NameException;
import hring.api.Receiver;
import hring.api.Sender;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting for the other side, and what waiting for room costs; WaitingTest has the other waits. */
@Timeout(60)
class WaitTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final String name = TestRings.uniqueRing();

  @Test
  void allocateWaitsForRoom() throws Exception {
    try (Sender sender = TestRings.ring(name).poolSize(1 << 16).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      long queued = Address.NULL;
      for (long a = sender.allocate(64); a != Address.NULL; a = sender.allocate(64)) {
        queued = a;
      }
      assertThat(sender.allocate(64, SHORT)).isEqualTo(Address.NULL);
      assertThat(sender.queue(queued, SHORT)).isTrue();
      sender.submit();
      long taken = receiver.take();
      CompletableFuture<Void> freed =
          CompletableFuture.runAsync(
              () -> {
                SequenceMessages.pauseFor(TimeUnit.MILLISECONDS.toNanos(20));
                receiver.free(taken);
              });
      assertThat(sender.allocate(64, LONG)).isNotEqualTo(Address.NULL);
      freed.get();
    }
  }

  /** What was queued before is submitted meanwhile: else nobody could make room. */
  @Test
  void queueWaitsForRoom() throws Exception {
    CompletableFuture<Integer> received;
    try (Sender sender = TestRings.ring(name).ringEntries(4, 4).maxBatch(1).open()) {
      for (int i = 0; i < 4; i++) {
        assertThat(sender.queue(sender.allocate(8), SHORT)).isTrue();
      }
      long last = sender.allocate(8);
      assertThat(sender.queue(last, SHORT)).isFalse();
      received =
          CompletableFuture.supplyAsync(
              () -> {
                try (Receiver receiver = Hring.receiver(name).attach()) {
                  return SequenceMessages.receiveAll(receiver).size();
                }
              },
              task -> Thread.ofPlatform().start(task));
      assertThat(sender.queue(last, LONG)).isTrue();
      assertThat(sender.awaitReceiver(LONG)).isTrue();
    }
    assertThat(received.get()).isEqualTo(5);
  }

  @Test
  void interruptedWaitsEndAndStayInterrupted() {
    try (Sender sender = TestRings.ring(name).ringEntries(1, 1).maxBatch(1).open()) {
      assertThat(sender.tryQueue(sender.allocate(8))).isTrue();
      long address = sender.allocate(8);
      Thread.currentThread().interrupt();
      assertThat(sender.queue(address, LONG)).isFalse();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
      assertThat(sender.awaitReceivers(1, LONG)).isFalse();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void severalMessagesAreTakenAndFreedTogether() {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      SequenceMessages.send(sender, 0, 10);
      long[] taken = new long[20];
      int end = 0;
      for (int more = receiver.take(taken, 0, 4); more > end; ) {
        end = more;
        more = receiver.take(taken, end, 20);
      }
      assertThat(end).isEqualTo(10);
      for (int i = 0; i < end; i++) {
        assertThat(receiver.segment(taken[i]).get(JAVA_LONG, 0)).isEqualTo(i);
      }
      long last = taken[9];
      taken[9] = taken[0];
      assertThatThrownBy(() -> receiver.free(taken, 0, 10))
          .isInstanceOf(InvalidAddressException.class)
          .hasMessageContaining("already freed");
      receiver.free(last);
      assertThatThrownBy(() -> receiver.take(taken, 5, 21))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> receiver.free(taken, 5, 21))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void severalReceiversAreAwaited() throws Exception {
    try (Sender sender = TestRings.ring(name).open();
        Receiver _ = Hring.receiver(name).attach()) {
      assertThat(sender.awaitReceivers(2, SHORT)).isFalse();
      try (Receiver _ = Hring.receiver(name).attach()) {
        assertThat(sender.awaitReceivers(2, LONG)).isTrue();
      }
    }
  }

  /** A service is started again before its old process has ended. */
  @Test
  void aSenderWaitsForANameThatIsTaken() throws Exception {
    Sender old = TestRings.ring(name).open();
    assertThatThrownBy(() -> TestRings.ring(name).waitFor(SHORT).open())
        .isInstanceOf(NameException.class);
    CompletableFuture<Long> next =
        CompletableFuture.supplyAsync(
            () -> {
              try (Sender sender = TestRings.ring(name).waitFor(LONG).open()) {
                return System.nanoTime();
              }
            },
            task -> Thread.ofPlatform().start(task));
    Thread.sleep(300);
    assertThat(next).isNotDone();
    old.close();
    long closed = System.nanoTime();
    assertThat(next.get() - closed).isLessThan(TimeUnit.SECONDS.toNanos(5));
  }

  @Test
  void aLongWaitForRoomCostsNextToNothing() throws Exception {
    try (Sender sender = TestRings.ring(name).ringEntries(1, 1).maxBatch(1).open()) {
      assertThat(sender.trySend(new byte[8])).isTrue();
      assertCheap(() -> sender.send(new byte[8], Duration.ofSeconds(3)));
    }
  }

  /** Half a percent of a core is wanted, two are allowed: the compiler still works on it. */
  private static void assertCheap(BooleanSupplier wait) throws Exception {
    Thread waiting = Thread.currentThread();
    long[] used = new long[2];
    Thread observer =
        Thread.ofPlatform()
            .start(
                () -> {
                  SequenceMessages.pauseAsleep(1000);
                  used[0] = THREADS.getThreadCpuTime(waiting.threadId());
                  SequenceMessages.pauseAsleep(1500);
                  used[1] = THREADS.getThreadCpuTime(waiting.threadId());
                });
    assertThat(wait.getAsBoolean()).isFalse();
    observer.join();
    assertThat(used[1] - used[0])
        .as("processor time of 1.5 s of waiting, after the first second, in ns")
        .isLessThan(TimeUnit.MILLISECONDS.toNanos(1500) / 50);
  }
}
