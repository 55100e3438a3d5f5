package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.ConcurrentSender;
import hring.api.Delivery;
import hring.api.FailurePolicy;
import hring.api.GroupListener;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.ReceiverGroup;
import hring.api.ReceiverGroupBuilder;
import hring.api.RegionException;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.StreamEnd;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import hring.api.spi.region.HeaderLayout;
import hring.testkit.ChildJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
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

  private ReceiverGroupBuilder builder(String pattern) {
    return Hring.receivers(pattern)
        .directory(directory)
        .listener(new Events())
        .waitStrategy(WaitStrategy.PARK);
  }

  private ReceiverGroup group(String pattern) {
    return builder(pattern).open();
  }

  private class Events implements GroupListener {
    @Override
    public void joined(String ring) {
      events.add("+" + ring);
    }

    @Override
    public void left(String ring, StreamEnd end) {
      events.add("-" + ring + " " + end.state());
    }

    @Override
    public void refused(String ring, RuntimeException reason) {
      events.add("!" + ring + " " + reason.getMessage());
    }
  }

  /** Polls and awaits until so many messages were received, and so many events were told. */
  private void receive(ReceiverGroup group, int messages, int told) {
    assertThat(receiveDamaged(group, messages, told)).isEmpty();
  }

  /** The same, but goes on when the group throws; returns what that was. */
  private List<RuntimeException> receiveDamaged(ReceiverGroup group, int messages, int told) {
    List<RuntimeException> thrown = new ArrayList<>();
    long start = System.nanoTime();
    while (received.size() < messages || events.size() < told) {
      try {
        group.await(Duration.ofMillis(20));
        poll(group);
      } catch (RuntimeException e) {
        thrown.add(e);
      }
      if (System.nanoTime() - start > TestRings.PATIENCE.toNanos()) {
        throw new AssertionError(
            "received " + received + ", was told " + events + ", and thrown " + thrown);
      }
    }
    return thrown;
  }

  private void poll(ReceiverGroup group) {
    group.poll((ring, _, payload) -> received.add(ring + payload.get(JAVA_LONG, 0)), 100);
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
      assertThat(receiveDamaged(group, 1, 3)).singleElement().asString().contains("truncated");
      assertThat(events.getLast()).isEqualTo("-x.bad ABORTED");
      assertThat(received).containsExactly("x.good0");
      assertThat(group.rings()).containsExactly("x.good");
    } finally {
      assertThatThrownBy(bad::close).isInstanceOf(RegionException.class);
    }
  }

  /** Nobody polls meanwhile. */
  @ParameterizedTest
  @EnumSource(WaitStrategy.class)
  void aTruncatedRingIsLeftByAWaitAlone(WaitStrategy strategy) throws Exception {
    Sender bad = ring("x.bad").open();
    try (Sender _ = ring("x.good").open();
        ReceiverGroup group = builder("x.*").waitStrategy(strategy).open()) {
      receive(group, 0, 2);
      truncate("x.bad");
      assertThatThrownBy(() -> group.await(TestRings.PATIENCE)).hasMessageContaining("truncated");
      assertThat(group.await(Duration.ofMillis(50))).isFalse();
      assertThat(events.getLast()).isEqualTo("-x.bad ABORTED");
    } finally {
      assertThatThrownBy(bad::close).isInstanceOf(RegionException.class);
    }
  }

  /**
   * Another process damages a ring for good. That is thrown once; when it fails again, the group
   * leaves it. The others go on: their messages come, and a sender that dies is noticed.
   */
  @Test
  void aDamagedRingIsToldOnceAndLeftAndTheOthersGoOn() throws Exception {
    Sender bad = ring("x.bad").open();
    try (Sender good = ring("x.good").open();
        ReceiverGroup group = group("x.*");
        ChildJvm dying = ChildJvm.start(Dying.class, directory);
        Arena arena = Arena.ofConfined()) {
      receive(group, 0, 3);
      moveTail(RegionCorruptor.map(file("x.bad"), arena).ring(), 1 << 20);
      SequenceMessages.send(good, 0, 1);
      dying.kill();
      assertThat(receiveDamaged(group, 1, 5)).singleElement().asString().contains("is damaged");
      assertThat(events).contains("-x.bad ABORTED", "-x.dying SENDER_DIED");
      assertThat(received).containsExactly("x.good0");
      assertThat(group.await(Duration.ofMillis(50))).isFalse();
    } finally {
      close(bad);
      Hring.removeStale(directory, "x.dying");
    }
  }

  /** Whether it can still be closed depends on the transport. */
  private static void close(Sender damaged) {
    try {
      damaged.close();
    } catch (RegionException e) {
      assertThat(e).hasMessageContaining("damaged");
    }
  }

  /** Has a ring, and waits to be killed. */
  static final class Dying {
    public static void main(String[] args) throws Exception {
      try (Sender sender = TestRings.ring("x.dying").directory(Path.of(args[0])).open()) {
        Thread.sleep(TestRings.PATIENCE.toMillis());
        throw new AssertionError("nobody killed " + sender);
      }
    }
  }

  /** What fails now and then, and works in between, is thrown each time, and nothing is left. */
  @Test
  void aRingThatGoesOnAfterAFailureStays() throws Exception {
    try (Sender sender = ring("x").open();
        ReceiverGroup group = group("x");
        Arena arena = Arena.ofConfined()) {
      receive(group, 0, 1);
      RawRing raw = RegionCorruptor.map(file("x"), arena).ring();
      for (int i = 1; i <= 3; i++) {
        moveTail(raw, 1 << 20);
        assertThatThrownBy(() -> receiveAgainAndAgain(group)).hasMessageContaining("is damaged");
        moveTail(raw, -(1 << 20));
        SequenceMessages.send(sender, i, i + 1);
        receive(group, i, 1);
      }
      assertThat(received).containsExactly("x1", "x2", "x3");
    }
  }

  /** There are more entries than the ring has, which blank ones show. */
  private static void moveTail(RawRing raw, int by) {
    raw.memory().set(JAVA_INT, raw.tail(), raw.posted() + by);
  }

  /** A hint that nothing is there is not believed each time. */
  private void receiveAgainAndAgain(ReceiverGroup group) {
    for (int i = 0; i < 1000; i++) {
      group.await(Duration.ofMillis(20));
      poll(group);
    }
  }

  private Path file(String name) {
    return Hring.rings(directory).stream()
        .filter(ring -> ring.name().equals(name))
        .findFirst()
        .orElseThrow()
        .file();
  }

  private void truncate(String name) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file(name).toFile(), "rw")) {
      opened.setLength(0);
    }
  }

  /** The rings that are there go on; that it cannot be read is thrown once, and tried again. */
  @Test
  void aDirectoryThatCannotBeReadIsToldOnceAndTriedAgain() throws Exception {
    Path elsewhere = directory.resolveSibling(directory.getFileName() + "-elsewhere");
    Sender sender = ring("x.a").open();
    try (ReceiverGroup group = group("x.*")) {
      receive(group, 0, 1);
      for (int times = 1; times <= 2; times++) {
        Files.move(directory, elsewhere);
        try {
          assertThatThrownBy(() -> group.await(TestRings.PATIENCE))
              .isInstanceOf(RegionException.class)
              .hasMessageContaining(directory.toString());
          for (int i = 0; i < 5; i++) {
            SequenceMessages.send(sender, i, i + 1);
            receive(group, received.size() + 1, 0);
            Thread.sleep(25);
          }
        } finally {
          Files.move(elsewhere, directory);
        }
        try (Sender _ = ring("x.b" + times).open()) {
          receive(group, 0, 2 * times);
          assertThat(events.getLast()).isEqualTo("+x.b" + times);
        }
        receive(group, 0, 2 * times + 1);
      }
    } finally {
      sender.close();
    }
  }

  /** One of the rings cannot be received from with the group's options: the others can. */
  @Test
  void aRingThatTheOptionsDoNotFitIsRefusedAndTheOthersJoin() {
    try (Sender _ = ring("x.a").delivery(Delivery.TO_EACH).open();
        Sender b = ring("x.b").open();
        ReceiverGroup group = builder("x.*").onHandlerFailure(FailurePolicy.GIVE_BACK).open()) {
      SequenceMessages.send(b, 0, 1);
      receive(group, 1, 2);
      assertThat(events.getFirst()).startsWith("!x.a").contains("GIVE_BACK");
      assertThat(events.getLast()).isEqualTo("+x.b");
      assertThat(group.rings()).containsExactly("x.b");
    }
  }

  /** The options are those of the time at which the group was opened. */
  @Test
  void aBuilderMayBeUsedForAnotherGroup() {
    ReceiverGroupBuilder builder = builder("x.*");
    try (ReceiverGroup group = builder.open();
        Sender _ = ring("x.a").open()) {
      builder.listener(new GroupListener() {});
      receive(group, 0, 1);
      assertThat(events).containsExactly("+x.a");
    }
  }

  @Test
  void aRingThatWasClosedLeavesInOneOfTheNextCalls() {
    Sender sender = ring("x").open();
    try (ReceiverGroup group = group("x")) {
      receive(group, 0, 1);
      assertThat(group.await(Duration.ofMillis(50))).isFalse();
      sender.close();
      // The first finds that it was closed.
      poll(group);
      poll(group);
      assertThat(events.getLast()).isEqualTo("-x SENDER_CLOSED");
    }
  }

  /** Two rings end at once, and the listener fails when it is told of the first. */
  @Test
  void aListenerThatThrowsIsToldOfTheOtherRings() {
    GroupListener failing =
        new Events() {
          @Override
          public void left(String ring, StreamEnd end) {
            super.left(ring, end);
            // As what the application uses of hring may throw.
            throw new RegionException("because of " + ring);
          }
        };
    List<Sender> senders = List.of(ring("x.a").open(), ring("x.b").open());
    try (ReceiverGroup group = builder("x.*").listener(failing).open()) {
      receive(group, 0, 2);
      senders.forEach(Sender::close);
      assertThat(receiveDamaged(group, 0, 4))
          .extracting(RuntimeException::getMessage)
          .containsExactly("because of x.a", "because of x.b");
      assertThat(group.rings()).isEmpty();
    }
  }

  /** A sender does not go on waking a group that has left while it slept. */
  @Test
  void nobodyIsParkedWhenAGroupHasLeft() throws Exception {
    try (Sender _ = ring("x").open();
        Arena arena = Arena.ofConfined()) {
      MemorySegment header = RegionCorruptor.map(file("x"), arena).header();
      try (ReceiverGroup group = group("x")) {
        receive(group, 0, 1);
        // On a busy machine a wait may be over before it has come to sleep.
        while (header.get(JAVA_LONG, HeaderLayout.PARKED_MASK) == 0) {
          assertThat(group.await(Duration.ofMillis(50))).isFalse();
        }
      }
      assertThat(header.get(JAVA_LONG, HeaderLayout.PARKED_MASK)).isZero();
    }
  }

  /** Of one ring each receiver gets all; to the other one many threads send. */
  @Test
  void ringsThatDeliverToEachAndRingsOfManyThreadsAreReceivedFrom() throws Exception {
    int threads = 4;
    int count = 500;
    try (Sender each = ring("x.each").delivery(Delivery.TO_EACH).open();
        ConcurrentSender many = ring("x.many").openConcurrent();
        Receiver other = Hring.receiver("x.each").directory(directory).attach();
        ReceiverGroup group = group("x.*")) {
      receive(group, 0, 2);
      List<CompletableFuture<Void>> sending = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        long first = (long) i * count;
        sending.add(CompletableFuture.runAsync(() -> send(many, first, first + count)));
      }
      SequenceMessages.send(each, 0, 100);
      receive(group, 100 + threads * count, 2);
      for (CompletableFuture<Void> sent : sending) {
        sent.get();
      }
      assertThat(numbersOf("x.each")).isEqualTo(range(0, 100));
      for (int i = 0; i < threads; i++) {
        long first = (long) i * count;
        assertThat(numbersOf("x.many").stream().filter(n -> n >= first && n < first + count))
            .containsExactlyElementsOf(range(first, first + count));
      }
      List<Long> others = new ArrayList<>();
      while (other.poll((_, payload) -> others.add(payload.get(JAVA_LONG, 0)), 100) > 0) {
        // Until it has all.
      }
      assertThat(others).isEqualTo(range(0, 100));
    }
  }

  private static void send(ConcurrentSender sender, long from, long to) {
    for (long i = from; i < to; i++) {
      assertThat(sender.send(MemorySegment.ofArray(new long[] {i}), TestRings.PATIENCE)).isTrue();
    }
  }

  private List<Long> numbersOf(String ring) {
    return received.stream()
        .filter(message -> message.startsWith(ring))
        .map(message -> Long.valueOf(message.substring(ring.length())))
        .toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
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
