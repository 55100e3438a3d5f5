package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Delivery;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.StreamState;
import hring.api.Tap;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tap shows what stands, whole and in order, and counts what it missed. */
@Timeout(60)
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = RingKind.class,
    names = {"URING", "SHM", "URING_SMALL", "SHM_SMALL"})
class TapTest extends OverRingKinds {
  private static final int FAST = 30_000;
  private static final int FAST_POOL = 64 << 10;
  private static final int POLL = 64;

  private final String name = TestRings.uniqueRing();

  /** The number of the last message that the tap has shown. */
  private long last = -1;

  private long shown;

  private static void send(Sender sender, long from, long to) {
    for (long i = from; i < to; i++) {
      while (!CheckedMessages.tryQueueOfKind(sender, i)) {
        sender.submit();
        SequenceMessages.pause();
      }
      if (i % 7 == 0) {
        sender.submit();
      }
    }
    sender.submit();
  }

  private void show(MemorySegment message) {
    long number = CheckedMessages.requireWhole(message);
    if (number <= last) {
      throw new AssertionError("message " + number + " is shown after " + last);
    }
    last = number;
    shown++;
  }

  private void look(Tap tap) {
    while (tap.poll(this::show, POLL) > 0) {
      // Until nothing is there.
    }
  }

  private SenderBuilder ring(Delivery delivery) {
    return TestRings.ring(name).delivery(delivery);
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void allThatStandsIsShownInOrderFromTheOldestOn(Delivery delivery) {
    try (Sender sender = ring(delivery).open()) {
      send(sender, 0, 100);
      try (Tap tap = Hring.tap(name).open()) {
        look(tap);
        assertThat(shown).isEqualTo(100);
        for (int i = 100; i < 400; i += 3) {
          send(sender, i, i + 3);
          assertThat(tap.await(TestRings.PATIENCE)).isTrue();
          look(tap);
          assertThat(shown).isEqualTo(i + 3);
        }
        assertThat(tap.poll(this::show, POLL)).isZero();
        assertThat(tap.await(Duration.ZERO)).isFalse();
        assertThat(tap.state()).isEqualTo(StreamState.OPEN);
        sender.close();
        assertThat(tap.await(TestRings.PATIENCE)).isTrue();
        assertThat(tap.state()).isEqualTo(StreamState.SENDER_CLOSED);
        assertThat(tap.missed()).isZero();
      }
    }
  }

  @Test
  void whatAReceiverHasClaimedIsNotShown() {
    try (Sender sender = ring(Delivery.TO_ONE).open();
        Receiver receiver = Hring.receiver(name).attach();
        Tap tap = Hring.tap(name).open()) {
      send(sender, 0, 100);
      long[] received = {0};
      while (received[0] < 40) {
        receiver.poll(
            (_, message) -> {
              assertThat(CheckedMessages.requireWhole(message)).isEqualTo(received[0]++);
            },
            40);
      }
      look(tap);
      assertThat(shown).isPositive().isLessThanOrEqualTo(60);
      assertThat(last).isEqualTo(99);
      assertThat(tap.missed()).isEqualTo(100 - shown);
    }
  }

  @ParameterizedTest
  @EnumSource(Delivery.class)
  void whatIsShownAtFullSpeedIsWholeAndTheRestIsCounted(Delivery delivery) throws Exception {
    CountDownLatch tapped = new CountDownLatch(1);
    try (Sender sender = ring(delivery).poolSize(FAST_POOL).open()) {
      CompletableFuture<Long> received = start(this::receiveAll);
      CompletableFuture<Long> missed = start(() -> lookUntilTheEnd(tapped));
      tapped.await();
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      for (long i = 0; i < FAST && !missed.isCompletedExceptionally(); i += 500) {
        send(sender, i, i + 500);
      }
      sender.close();
      assertThat(shown(missed) + missed.get()).isEqualTo(FAST);
      assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(FAST);
      System.out.printf(
          "a tap at full speed, %s %s: %.1f %% seen%n", kind, delivery, 100.0 * shown / FAST);
    }
  }

  private long shown(CompletableFuture<Long> tap) throws Exception {
    tap.get(30, TimeUnit.SECONDS);
    return shown;
  }

  private static <T> CompletableFuture<T> start(Supplier<T> task) {
    return CompletableFuture.supplyAsync(task, run -> Thread.ofPlatform().daemon().start(run));
  }

  private long receiveAll() {
    CheckedMessages messages = new CheckedMessages();
    try (Receiver receiver = Hring.receiver(name).attach()) {
      messages.receiveAll(receiver);
    }
    return messages.count();
  }

  private long lookUntilTheEnd(CountDownLatch opened) {
    try (Tap tap = Hring.tap(name).open()) {
      opened.countDown();
      while (tap.state() == StreamState.OPEN) {
        look(tap);
        assertThat(tap.await(TestRings.PATIENCE)).isTrue();
      }
      return tap.missed();
    }
  }
}
