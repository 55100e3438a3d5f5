package hring.uring;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import hring.api.Placement;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A sender in one JVM, receivers in others. */
@Timeout(120)
class ExchangeTest {
  private static final long COUNT = 100_000;

  static Stream<Arguments> waysAndBatches() {
    return Stream.of(Placement.values())
        .flatMap(
            placement ->
                Stream.of("liburing", "syscall")
                    .flatMap(
                        way ->
                            Stream.of(1, 2, 64, 4096)
                                .map(batch -> Arguments.of(placement, way, batch))));
  }

  @ParameterizedTest
  @MethodSource("waysAndBatches")
  void everyMessageArrivesInOrder(Placement placement, String way, int maxBatch) throws Exception {
    Assumptions.assumeTrue(
        way.equals("syscall") || LiburingCalls.find().isPresent(),
        "NOT TESTED: the way by liburing, because liburing.so.2 is not installed");
    String name = Numbers.uniqueRing();
    try (ChildJvm sender =
        ChildJvm.start(
            List.of(),
            List.of("-Dhring.uring.native=" + way),
            Numbers.Send.class,
            name,
            COUNT,
            maxBatch,
            placement,
            "close")) {
      try (Receiver receiver = Hring.receiver(name).waitFor(Numbers.PATIENCE).attach()) {
        assertThat(receiver.description()).contains(placement.name());
        List<Long> received = Numbers.receiveAll(receiver);
        assertThat(received).containsExactlyElementsOf(() -> LongStream.range(0, COUNT).iterator());
        assertThat(receiver.state()).isEqualTo(StreamState.SENDER_CLOSED);
      }
      sender.finish();
    }
  }

  @ParameterizedTest
  @MethodSource("batches")
  void messagesQueuedTogetherArriveInOrder(int maxBatch) throws Exception {
    String name = Numbers.uniqueRing();
    try (Sender sender = Numbers.ring(name).maxBatch(maxBatch).poolSize(256 << 10).open();
        ChildJvm receiver =
            ChildJvm.start(Numbers.Receive.class, name, WaitStrategy.SPIN_THEN_PARK, "list")) {
      assertThat(sender.awaitReceiver(Numbers.PATIENCE)).isTrue();
      Numbers.sendTogether(sender, COUNT);
      sender.close();
      List<Long> received = receiver.finish().lines().map(Long::valueOf).toList();
      assertThat(received).containsExactlyElementsOf(() -> LongStream.range(0, COUNT).iterator());
    }
  }

  @ParameterizedTest
  @EnumSource(WaitStrategy.class)
  void everyWaitStrategyReceivesAll(WaitStrategy strategy) throws Exception {
    String name = Numbers.uniqueRing();
    try (Sender sender = Numbers.ring(name).open();
        ChildJvm receiver = ChildJvm.start(Numbers.Receive.class, name, strategy, "sum")) {
      assertThat(sender.awaitReceiver(Numbers.PATIENCE)).isTrue();
      for (int i = 0; i < 20; i++) {
        Numbers.send(sender, i * 100L, (i + 1) * 100L);
        Thread.sleep(5); // Long enough for the receiver to park.
      }
      sender.close();
      assertThat(receiver.finish()).isEqualTo("2000 1999000 SENDER_CLOSED");
    }
  }

  @ParameterizedTest
  @MethodSource("batches")
  void competingReceiversGetEachMessageOnce(int maxBatch) throws Exception {
    String name = Numbers.uniqueRing();
    List<ChildJvm> receivers = new ArrayList<>();
    try (Sender sender = Numbers.ring(name).maxBatch(maxBatch).open()) {
      for (int i = 0; i < 3; i++) {
        receivers.add(
            ChildJvm.start(Numbers.Receive.class, name, WaitStrategy.SPIN_THEN_PARK, "list"));
      }
      while (sender.receivers() < 3) {
        Thread.sleep(10);
      }
      Numbers.send(sender, 0, COUNT);
      assertThat(sender.awaitDrained(Numbers.PATIENCE)).isTrue();
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

  static Stream<Integer> batches() {
    return Stream.of(1, 2, 64, 256);
  }
}
