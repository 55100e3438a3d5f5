package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.GroupListener;
import hring.api.Hring;
import hring.api.HringException;
import hring.api.Receiver;
import hring.api.ReceiverGroup;
import hring.api.RegionException;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.StreamEnd;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One thread that receives from all rings whose names match. */
@Timeout(60)
class GroupTest extends EachTransport {
  private final List<String> events = new ArrayList<>();
  private final List<String> received = new ArrayList<>();
  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "hring-group");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    Files.delete(directory);
  }

  private SenderBuilder ring(String name) {
    return TestRings.ring(name).directory(directory);
  }

  private ReceiverGroup group(String pattern) {
    return Hring.receivers(pattern)
        .directory(directory)
        .listener(new Events())
        .waitStrategy(WaitStrategy.PARK)
        .open();
  }

  private final class Events implements GroupListener {
    @Override
    public void joined(String ring) {
      events.add("+" + ring);
    }

    @Override
    public void left(String ring, StreamEnd end) {
      events.add("-" + ring + " " + end.state());
    }

    @Override
    public void refused(String ring, HringException reason) {
      events.add("!" + ring + " " + reason.getMessage());
    }
  }

  /** Polls and awaits until so many messages were received, or so many events were told. */
  private void receive(ReceiverGroup group, int messages, int told) {
    long start = System.nanoTime();
    while (received.size() < messages || events.size() < told) {
      group.await(Duration.ofMillis(20));
      group.poll((ring, _, payload) -> received.add(ring + payload.get(JAVA_LONG, 0)), 100);
      if (System.nanoTime() - start > TestRings.PATIENCE.toNanos()) {
        throw new AssertionError("received " + received + ", and was told " + events);
      }
    }
  }

  @Test
  void ringsJoinAndLeaveByThemselvesAndOnlyThoseThatMatch() {
    Sender a = ring("orders.a").open();
    try (Sender other = ring("trades.a").open();
        ReceiverGroup group = group("orders.*")) {
      receive(group, 0, 1);
      assertThat(events).containsExactly("+orders.a");
      Sender b = ring("orders.b").open();
      receive(group, 0, 2);
      assertThat(group.rings()).containsExactly("orders.a", "orders.b");
      assertThat(other.receivers()).isZero();
      SequenceMessages.send(a, 0, 3);
      SequenceMessages.send(b, 7, 8);
      // What was submitted before the end is received first.
      a.close();
      receive(group, 4, 3);
      assertThat(received)
          .containsExactlyInAnyOrder("orders.a0", "orders.a1", "orders.a2", "orders.b7")
          .containsSubsequence("orders.a0", "orders.a1", "orders.a2");
      assertThat(events.getLast()).isEqualTo("-orders.a SENDER_CLOSED");
      assertThat(group.rings()).containsExactly("orders.b");
      b.abort("enough");
      receive(group, 4, 4);
      assertThat(events.getLast()).isEqualTo("-orders.b ABORTED");
      assertThat(group.rings()).isEmpty();
    }
  }

  /** The second of two rings of a name waits until the first is drained. */
  @Test
  void ringsOfOneNameComeOneAfterTheOther() {
    try (ReceiverGroup group = group("x")) {
      for (int i = 0; i < 3; i++) {
        try (Sender sender = ring("x").open()) {
          receive(group, 0, 2 * i + 1);
          SequenceMessages.send(sender, 2 * i, 2 * i + 2);
        }
      }
      receive(group, 6, 6);
      assertThat(received).containsExactly("x0", "x1", "x2", "x3", "x4", "x5");
    }
  }

  /** One ring is always full; the other's message comes within one round. */
  @Test
  void aBusyRingDoesNotStarveTheOthers() {
    try (Sender busy = ring("x.busy").open();
        Sender quiet = ring("x.quiet").open();
        ReceiverGroup group = group("x.*")) {
      receive(group, 0, 2);
      SequenceMessages.send(busy, 0, 3000);
      SequenceMessages.send(quiet, 0, 1);
      List<String> rings = new ArrayList<>();
      group.poll((ring, _, _) -> rings.add(ring), 200);
      group.poll((ring, _, _) -> rings.add(ring), 200);
      assertThat(rings).contains("x.busy", "x.quiet");
      rings.clear();
      for (int i = 0; i < 3; i++) {
        SequenceMessages.send(quiet, 0, 1);
        // A limit that one ring could use up: the other has its turn all the same.
        group.poll((ring, _, _) -> rings.add(ring), 5);
        group.poll((ring, _, _) -> rings.add(ring), 5);
      }
      assertThat(rings).contains("x.busy").contains("x.quiet");
    }
  }

  @Test
  void aHandlerThatThrowsOrGivesBackLosesNothing() {
    try (Sender sender = ring("x").open();
        ReceiverGroup group = group("x")) {
      receive(group, 0, 1);
      SequenceMessages.send(sender, 0, 3);
      assertThatThrownBy(
              () ->
                  group.poll(
                      (_, _, payload) -> {
                        if (payload.get(JAVA_LONG, 0) == 1) {
                          throw new IllegalArgumentException("one");
                        }
                      },
                      10))
          .hasMessage("one");
      List<Integer> deliveries = new ArrayList<>();
      while (deliveries.size() < 2) {
        group.poll(
            (_, address, _) -> {
              deliveries.add(group.deliveries());
              if (deliveries.size() == 1) {
                assertThat(group.giveBack(address)).isTrue();
              }
            },
            10);
      }
      assertThat(deliveries).containsExactly(0, 1);
      assertThat(sender.awaitHandled(TestRings.PATIENCE)).isTrue();
      assertThatThrownBy(group::deliveries).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void misuseIsRefused() throws Exception {
    try (Sender sender = ring("x").open();
        ReceiverGroup group = group("x")) {
      receive(group, 0, 1);
      SequenceMessages.send(sender, 0, 1);
      assertThatThrownBy(() -> group.poll((_, _, _) -> {}, 0))
          .isInstanceOf(IllegalArgumentException.class);
      List<Runnable> refused =
          List.of(
              () -> group.poll((_, _, _) -> {}, 1), () -> group.await(Duration.ZERO), group::close);
      assertThat(
              group.poll(
                  (_, _, _) ->
                      refused.forEach(
                          call ->
                              assertThatThrownBy(call::run)
                                  .isInstanceOf(IllegalStateException.class)),
                  1))
          .isEqualTo(1);
      CompletableFuture.runAsync(
              () ->
                  assertThatThrownBy(() -> group.await(Duration.ZERO))
                      .isInstanceOf(WrongThreadException.class))
          .get();
      group.close();
      assertThatThrownBy(group::rings).isInstanceOf(IllegalStateException.class);
      assertThat(sender.receivers()).isZero();
    }
    assertThatThrownBy(() -> Hring.receivers("[").open())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource(WaitStrategy.class)
  void anotherThreadClosesAGroupThatWaits(WaitStrategy strategy) throws Exception {
    try (Sender sender = ring("x").open()) {
      CompletableFuture<ReceiverGroup> opened = new CompletableFuture<>();
      CompletableFuture<Boolean> waited = new CompletableFuture<>();
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                ReceiverGroup group =
                    Hring.receivers("x").directory(directory).waitStrategy(strategy).open();
                opened.complete(group);
                try {
                  waited.complete(group.await(TestRings.PATIENCE));
                } catch (Throwable e) {
                  waited.completeExceptionally(e);
                }
              });
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      opened.get().close();
      assertThatThrownBy(waited::get).hasMessageContaining("is closed");
      assertThat(sender.receivers()).isZero();
    }
  }

  @Test
  void anInterruptEndsTheWaitAndStays() {
    try (ReceiverGroup group = group("x")) {
      Thread.currentThread().interrupt();
      assertThat(group.await(TestRings.PATIENCE)).isFalse();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** Another process truncates one file: that ring is left, the others go on. */
  @Test
  void aTruncatedRingIsToldAndLeft() throws Exception {
    Sender bad = ring("x.bad").open();
    try (Sender good = ring("x.good").open();
        ReceiverGroup group = group("x.*")) {
      receive(group, 0, 2);
      truncate("x.bad");
      SequenceMessages.send(good, 0, 1);
      List<RegionException> told = new ArrayList<>();
      long start = System.nanoTime();
      while (!events.contains("-x.bad ABORTED") || received.isEmpty()) {
        assertThat(System.nanoTime() - start).isLessThan(TestRings.PATIENCE.toNanos());
        try {
          group.await(Duration.ofMillis(20));
          group.poll((ring, _, payload) -> received.add(ring + payload.get(JAVA_LONG, 0)), 100);
        } catch (RegionException e) {
          told.add(e);
        }
      }
      assertThat(told).singleElement().asString().contains("truncated");
      assertThat(received).containsExactly("x.good0");
      assertThat(group.rings()).containsExactly("x.good");
    } finally {
      assertThatThrownBy(bad::close).isInstanceOf(RegionException.class);
    }
  }

  private void truncate(String name) throws IOException {
    Path file =
        Hring.rings(directory).stream()
            .filter(ring -> ring.name().equals(name))
            .findFirst()
            .orElseThrow()
            .file();
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(0);
    }
  }

  /** A ring without a free slot refuses the group; told once, and tried again. */
  @Test
  void aRingThatRefusesIsToldOnceAndTriedAgain() {
    try (Sender sender = ring("x").maxReceivers(1).open();
        ReceiverGroup group = group("x")) {
      try (Receiver first = Hring.receiver("x").directory(directory).attach()) {
        receive(group, 0, 1);
        assertThat(first.state()).isEqualTo(StreamState.OPEN);
        assertThat(events).singleElement().asString().startsWith("!x").contains("maxReceivers");
      }
      receive(group, 0, 2);
      assertThat(events.getLast()).isEqualTo("+x");
      assertThat(sender.receivers()).isEqualTo(1);
    }
  }

  /** What a thread of another process finds of many rings, some beyond what one wait can have. */
  @Test
  void moreRingsThanOneWaitCanHaveAreWokenEach() {
    int rings = 140;
    List<Sender> senders = new ArrayList<>();
    try (ReceiverGroup group = group("x.*")) {
      for (int i = 0; i < rings; i++) {
        senders.add(ring("x." + i).poolSize(1 << 16).maxReceivers(1).ringEntries(4, 8).open());
      }
      receive(group, 0, rings);
      assertThat(group.await(Duration.ofMillis(150))).isFalse();
      for (int i = 0; i < rings; i++) {
        SequenceMessages.send(senders.get(i), i, i + 1);
        assertThat(group.await(TestRings.PATIENCE)).isTrue();
        int handled =
            group.poll((ring, _, payload) -> received.add(ring + payload.get(JAVA_LONG, 0)), 10);
        assertThat(handled).isEqualTo(1);
      }
      assertThat(received).hasSize(rings).doesNotHaveDuplicates();
      senders.removeFirst().close();
      receive(group, 0, rings + 1);
      SequenceMessages.send(senders.getLast(), 0, 1);
      long start = System.nanoTime();
      assertThat(group.await(TestRings.PATIENCE)).isTrue();
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
    } finally {
      senders.forEach(Sender::close);
    }
  }
}
