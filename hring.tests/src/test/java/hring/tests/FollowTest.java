package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.RingInfo;
import hring.api.Sender;
import hring.api.StreamEnd;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import hring.api.spi.region.RegionFiles;
import hring.testkit.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What receivers do when their sender closes or dies, and when another of its name comes. */
@Timeout(120)
class FollowTest extends EachRingKind {
  private static final int COUNT = 1000;
  private static final Duration SHORT = Duration.ofMillis(50);

  private final String name = TestRings.uniqueRing();
  private final List<String> told = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() throws Exception {
    Hring.removeStale(RegionFiles.SHM, name);
    assertThat(Hring.rings()).noneMatch(r -> r.name().equals(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"close", "hang"})
  void aReceiverGoesFromSenderToSender(String end) throws Exception {
    ChildJvm first = sender(end);
    try (first;
        Receiver receiver =
            Hring.receiver(name).waitFor(TestRings.PATIENCE).follow(told::add).attach()) {
      for (int i = 1; i <= 2; i++) {
        ChildJvm current = i == 1 ? first : sender(end);
        try (current) {
          assertThat(receive(receiver))
              .as("from sender %d, which says '%s', after %s", i, current, told)
              .containsExactlyElementsOf(LongStream.range(0, COUNT).boxed().toList());
          assertThat(told).hasSize(i - 1);
          if (end.equals("hang")) {
            current.awaitOutput("submitted");
            current.kill();
          } else {
            current.finish();
          }
          StreamState ended =
              end.equals("hang") ? StreamState.SENDER_DIED : StreamState.SENDER_CLOSED;
          assertThat(receiver.state()).isEqualTo(StreamState.BETWEEN);
          assertThat(receiver.lastEnd()).map(StreamEnd::state).contains(ended);
          assertThat(receiver.await(SHORT)).isFalse();
          assertThat(receiver.take(SHORT)).isEqualTo(Address.NULL);
        }
      }
      assertThat(told.getLast()).isEqualTo(receiver.description());
    }
  }

  private ChildJvm sender(String end) {
    return ChildJvm.start(SequenceMessages.Send.class, name, COUNT, 16, end);
  }

  private static List<Long> receive(Receiver receiver) {
    List<Long> received = new ArrayList<>();
    while (received.size() < COUNT && receiver.await(TestRings.PATIENCE)) {
      receiver.poll((_, payload) -> received.add(payload.get(JAVA_LONG, 0)), COUNT);
    }
    return received;
  }

  /** An address means a block of one ring only. */
  @Test
  void itDoesNotMoveOnWhileItHoldsMessages() throws Exception {
    Sender first = TestRings.ring(name).open();
    try (Receiver receiver = Hring.receiver(name).follow(told::add).attach()) {
      SequenceMessages.send(first, 7, 8);
      long held = receiver.take(TestRings.PATIENCE);
      first.close();
      try (Sender second = TestRings.ring(name).open()) {
        assertThat(receiver.take(Duration.ofMillis(200))).isEqualTo(Address.NULL);
        assertThat(receiver.segment(held).get(JAVA_LONG, 0)).isEqualTo(7);
        assertThat(told).isEmpty();
        CompletableFuture.runAsync(() -> receiver.free(held)).get();
        while (told.isEmpty()) {
          assertThat(receiver.state().isFinal()).isFalse();
          SequenceMessages.pause();
        }
        assertThat(second.receivers()).isEqualTo(1);
        SequenceMessages.send(second, 9, 10);
        long next = receiver.take(TestRings.PATIENCE);
        assertThat(receiver.segment(next).get(JAVA_LONG, 0)).isEqualTo(9);
        receiver.free(next);
      }
    }
  }

  @Test
  void takeWithoutWaitingFollowsTheSender() {
    Sender first = TestRings.ring(name).open();
    try (Receiver receiver = Hring.receiver(name).follow(told::add).attach()) {
      first.close();
      try (Sender second = TestRings.ring(name).open()) {
        SequenceMessages.send(second, 9, 10);
        long next = receiver.take(Duration.ZERO);
        while (next == Address.NULL) {
          SequenceMessages.pause();
          next = receiver.take(Duration.ZERO);
        }
        assertThat(receiver.segment(next).get(JAVA_LONG, 0)).isEqualTo(9);
        receiver.free(next);
      }
    }
  }

  /** Each call of take is over before it would look whether the sender lives. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 5})
  void waitingInShortSlicesFollowsAKilledSender(long sliceMillis) throws Exception {
    Duration slice = Duration.ofMillis(sliceMillis);
    long best = Long.MAX_VALUE;
    // The machine may be busy: once in a few times must do.
    for (int i = 0; i < 5 && best > 200; i++) {
      try (ChildJvm child = sender("hang");
          Receiver receiver =
              Hring.receiver(name).waitFor(TestRings.PATIENCE).follow(told::add).attach()) {
        assertThat(receive(receiver)).hasSize(COUNT);
        child.awaitOutput("submitted");
        child.kill();
        try (Sender next = TestRings.ring(name).open()) {
          SequenceMessages.send(next, 9, 10);
          long opened = System.nanoTime();
          long address = receiver.take(slice);
          while (address == Address.NULL) {
            SequenceMessages.pause();
            address = receiver.take(slice);
          }
          best = Math.min(best, (System.nanoTime() - opened) / 1_000_000);
          assertThat(receiver.segment(address).get(JAVA_LONG, 0)).isEqualTo(9);
          assertThat(receiver.lastEnd())
              .hasValueSatisfying(
                  end -> {
                    assertThat(end.state()).isEqualTo(StreamState.SENDER_DIED);
                    assertThat(end.reason()).contains(Long.toString(child.pid()));
                  });
          receiver.free(address);
        }
      }
    }
    assertThat(best).isLessThanOrEqualTo(200);
  }

  /** Each generation ends before anything came: one wait goes through them all. */
  @Test
  void manyGenerationsPassInOneWait() throws Exception {
    int generations = 20;
    CompletableFuture<Long> received = new CompletableFuture<>();
    Sender sender = TestRings.ring(name).open();
    Thread.ofPlatform()
        .start(
            () -> {
              try (Receiver receiver = Hring.receiver(name).follow(told::add).attach()) {
                long address = receiver.take(TestRings.PATIENCE.multipliedBy(2));
                received.complete(
                    address == Address.NULL ? -1 : receiver.segment(address).get(JAVA_LONG, 0));
              } catch (Throwable e) {
                received.completeExceptionally(e);
              }
            });
    for (int i = 0; i < generations && !received.isDone(); i++) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      sender.close();
      sender = TestRings.ring(name).open();
    }
    SequenceMessages.send(sender, 7, 8);
    assertThat(received.get()).isEqualTo(7);
    sender.close();
    assertThat(told).hasSize(generations);
  }

  @ParameterizedTest
  @EnumSource(
      value = WaitStrategy.class,
      names = {"SPIN", "PARK"})
  void aDeadSenderIsNoticedIn200Milliseconds(WaitStrategy strategy) throws Exception {
    long best = Long.MAX_VALUE;
    // The machine may be busy: once in a few times must do.
    for (int i = 0; i < 5 && best > 200; i++) {
      try (ChildJvm child = ChildJvm.start(SequenceMessages.Send.class, name, 0, 1, "hang");
          Receiver receiver =
              Hring.receiver(name).waitFor(TestRings.PATIENCE).waitStrategy(strategy).attach()) {
        child.awaitOutput("submitted");
        CompletableFuture<Long> killed = new CompletableFuture<>();
        CompletableFuture.delayedExecutor(300, java.util.concurrent.TimeUnit.MILLISECONDS)
            .execute(
                () -> {
                  killed.complete(System.nanoTime());
                  ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroyForcibly);
                });
        assertThat(receiver.await(TestRings.PATIENCE)).isTrue();
        best = Math.min(best, (System.nanoTime() - killed.get()) / 1_000_000);
        assertThat(receiver.state()).isEqualTo(StreamState.SENDER_DIED);
      }
    }
    assertThat(best).isLessThanOrEqualTo(200);
  }

  @Test
  void aStaleRegionStaysWhileAReceiverReadsIt() throws Exception {
    try (ChildJvm child = ChildJvm.start(SequenceMessages.Send.class, name, COUNT, 16, "hang");
        Receiver receiver = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach()) {
      child.awaitOutput("submitted");
      child.kill();
      Path stale = Slots.file(name);
      assertThat(Hring.removeStale(RegionFiles.SHM, name)).isEmpty();
      try (Sender successor = TestRings.ring(name).open()) {
        assertThat(stale).exists();
        assertThat(Hring.rings().stream().filter(r -> r.name().equals(name)))
            .extracting(RingInfo::condition)
            .containsExactlyInAnyOrder(RingInfo.Condition.ALIVE, RingInfo.Condition.STALE);
        assertThat(successor.receivers()).isZero();
        try (Receiver other = Hring.receiver(name).attach()) {
          assertThat(other.description()).doesNotContain(stale.toString());
        }
      }
      assertThat(SequenceMessages.receiveAll(receiver)).hasSize(COUNT);
      assertThat(receiver.state()).isEqualTo(StreamState.SENDER_DIED);
      receiver.close();
      assertThat(Hring.removeStale(RegionFiles.SHM, name)).containsExactly(stale);
      assertThat(Files.exists(stale)).isFalse();
    }
  }

  /** A slot whose process has ended does not keep it, even if the process id lives again. */
  @Test
  void aForgedStartTimeCountsAsDead() throws Exception {
    try (ChildJvm child = ChildJvm.start(SequenceMessages.Send.class, name, 0, 1, "hang")) {
      try (Receiver receiver = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach()) {
        child.awaitOutput("submitted");
        assertThat(receiver.state()).isEqualTo(StreamState.OPEN);
      }
      try (SteppedReceiver stepped = new SteppedReceiver(name)) {
        stepped.run(0, 1);
        child.kill();
        assertThat(Hring.removeStale(RegionFiles.SHM, name)).isEmpty();
        stepped.die();
        assertThat(Hring.removeStale(RegionFiles.SHM, name)).hasSize(1);
      }
    }
  }
}
