package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import hring.testkit.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender in one JVM, receivers in others. */
@Timeout(120)
class ExchangeTest extends EachRingKind {
  private static final long COUNT = 30_000;

  @Test
  void everyMessageArrivesInOrder() throws Exception {
    String name = TestRings.uniqueRing();
    int[] maxBatches = {1, 2, 4096};
    List<ChildJvm> senders = new ArrayList<>();
    try {
      // Each waits for its receiver.
      for (int maxBatch : maxBatches) {
        String ring = name + "-" + maxBatch;
        senders.add(ChildJvm.start(SequenceMessages.Send.class, ring, COUNT, maxBatch, "close"));
      }
      for (int maxBatch : maxBatches) {
        try (Receiver receiver =
            Hring.receiver(name + "-" + maxBatch).waitFor(TestRings.PATIENCE).attach()) {
          assertThat(receiver.description()).contains(kind.placement().name());
          List<Long> received = SequenceMessages.receiveAll(receiver);
          assertThat(received)
              .as("with batches of %d", maxBatch)
              .containsExactlyElementsOf(() -> LongStream.range(0, COUNT).iterator());
          assertThat(receiver.state()).isEqualTo(StreamState.SENDER_CLOSED);
        }
      }
      for (ChildJvm sender : senders) {
        sender.finish();
      }
    } finally {
      senders.forEach(ChildJvm::close);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {256})
  void messagesQueuedTogetherArriveInOrder(int maxBatch) throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).maxBatch(maxBatch).poolSize(256 << 10).open();
        ChildJvm receiver =
            ChildJvm.start(
                SequenceMessages.Receive.class, name, WaitStrategy.SPIN_THEN_PARK, "list")) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      SequenceMessages.sendTogether(sender, COUNT);
      sender.close();
      List<Long> received = receiver.finish().lines().map(Long::valueOf).toList();
      assertThat(received).containsExactlyElementsOf(() -> LongStream.range(0, COUNT).iterator());
    }
  }

  /** Each has a ring of its own, and all are served in turn. */
  @Test
  void everyWaitStrategyReceivesAll() throws Exception {
    String name = TestRings.uniqueRing();
    List<Sender> senders = new ArrayList<>();
    List<ChildJvm> receivers = new ArrayList<>();
    try {
      for (WaitStrategy strategy : WaitStrategy.values()) {
        senders.add(TestRings.ring(name + strategy).open());
        receivers.add(
            ChildJvm.start(SequenceMessages.Receive.class, name + strategy, strategy, "sum"));
      }
      for (Sender sender : senders) {
        assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      }
      for (int i = 0; i < 20; i++) {
        for (Sender sender : senders) {
          SequenceMessages.send(sender, i * 100L, (i + 1) * 100L);
        }
        Thread.sleep(5); // Long enough for the receivers to park.
      }
      senders.forEach(Sender::close);
      for (ChildJvm receiver : receivers) {
        assertThat(receiver.finish())
            .as(receiver.toString())
            .isEqualTo("2000 1999000 SENDER_CLOSED");
      }
    } finally {
      receivers.forEach(ChildJvm::close);
      senders.forEach(Sender::close);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  void competingReceiversGetEachMessageOnce(int maxBatch) throws Exception {
    String name = TestRings.uniqueRing();
    List<ChildJvm> receivers = new ArrayList<>();
    try (Sender sender = TestRings.ring(name).maxBatch(maxBatch).open()) {
      for (int i = 0; i < 3; i++) {
        receivers.add(
            ChildJvm.start(
                SequenceMessages.Receive.class, name, WaitStrategy.SPIN_THEN_PARK, "list"));
      }
      while (sender.receivers() < 3) {
        Thread.sleep(10);
      }
      SequenceMessages.send(sender, 0, COUNT);
      assertThat(sender.awaitDrained(TestRings.PATIENCE)).isTrue();
      sender.close();
      List<Long> all = new ArrayList<>();
      for (ChildJvm receiver : receivers) {
        List<Long> some = receiver.finish().lines().map(Long::valueOf).toList();
        assertThat(some).isSorted();
        all.addAll(some);
      }
      assertThat(all).hasSize((int) COUNT);
      assertThat(all.stream().distinct().count()).isEqualTo(COUNT);
    } finally {
      receivers.forEach(ChildJvm::close);
    }
  }
}
