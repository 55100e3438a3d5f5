package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.DeathPolicy;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.RegionException;
import hring.api.Sender;
import hring.api.StreamState;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Region;
import hring.testkit.ChildJvm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers in other processes are killed; their sender takes back what they had. */
@Timeout(120)
class RecoveryTest extends EachKind {
  private static final int MESSAGES = 10;
  private static final int LEDGER = 10_000_000;
  private static final int KILLS = Integer.getInteger("hring.recovery.kills", 3);
  private static final int REUSES = 80;

  /** At most this many are dead and not yet reclaimed. */
  private static final int TOGETHER = 40;

  private static final int TRIES = 5;
  private static final long SOON_MILLIS = 200;

  static Stream<String> points() {
    return ReceiverToKill.POINTS.stream();
  }

  /** Which messages may have been handed out, and not freed. */
  private static List<Long> handedOut(String point) {
    return switch (point) {
      case "holding" -> List.of(0L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
      // Those handled before it are freed together with it, as far as they were claimed with it.
      case "handling" -> List.of(0L, 1L, 2L, 3L, 4L);
      default -> List.of();
    };
  }

  private static List<Long> handled(String point) {
    return switch (point) {
      case "holding" -> List.of(1L);
      case "handling" -> List.of(0L, 1L, 2L, 3L);
      case "batch" -> List.of(0L, 1L, 2L);
      default -> List.of();
    };
  }

  @ParameterizedTest
  @MethodSource("points")
  void messagesOfAKilledReceiverComeBack(String point) throws Exception {
    for (DeathPolicy policy : policies()) {
      messagesComeBack(point, policy);
    }
  }

  private static void messagesComeBack(String point, DeathPolicy policy) throws Exception {
    String name = TestRings.uniqueRing();
    boolean takes = !point.equals("parked") && !point.equals("attached");
    try (Sender sender = TestRings.ring(name).onReceiverDeath(policy).open();
        Region region = Region.attach(Slots.file(name), true);
        ChildJvm child = ChildJvm.start(ReceiverToKill.class, name, point)) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      if (takes) {
        SequenceMessages.send(sender, 0, MESSAGES);
      }
      child.awaitOutput(ReceiverToKill.READY);
      if (point.equals("parked")) {
        awaitMask(region, 2);
      }
      child.kill();
      awaitDeaths(sender, 1);
      awaitMask(region, 0);
      assertThat(sender.receivers()).isZero();
      try (Receiver next = Hring.receiver(name).attach()) {
        SequenceMessages.send(sender, MESSAGES, 2 * MESSAGES);
        List<Long> unseen = new ArrayList<>();
        List<Long> marked = new ArrayList<>();
        while (next.poll(
                (_, payload) ->
                    (next.redelivered() ? marked : unseen).add(payload.get(JAVA_LONG, 0)),
                MESSAGES)
            > 0) {
          // Until nothing is there.
        }
        List<Long> freed = new ArrayList<>(handled(point));
        freed.removeAll(marked);
        if (policy == DeathPolicy.DISCARD) {
          freed.addAll(handedOut(point).stream().filter(m -> !freed.contains(m)).toList());
          assertThat(marked).isEmpty();
          assertThat(sender.recovered().redelivered()).isZero();
          assertThat(sender.recovered().discarded())
              .isBetween(freed.isEmpty() || point.equals("batch") ? 0L : 1L, (long) freed.size());
        } else {
          assertThat(handedOut(point)).containsAll(marked);
          assertThat(marked).isSorted();
          assertThat(sender.recovered().redelivered()).isEqualTo(marked.size());
          assertThat(sender.recovered().discarded()).isZero();
        }
        List<Long> expected = new ArrayList<>();
        LongStream.range(takes ? 0 : MESSAGES, 2 * MESSAGES).forEach(expected::add);
        expected.removeAll(marked);
        expected.removeAll(freed);
        assertThat(unseen).isEqualTo(expected);
      }
      sender.close();
      RegionAssertions.requirePristine(region);
    }
  }

  @Test
  void underLoadNothingIsLostAndNothingDiscardedTwice(@TempDir Path directory) throws Exception {
    for (DeathPolicy policy : policies()) {
      underLoad(policy, directory.resolve(policy.name()));
    }
  }

  private static void underLoad(DeathPolicy policy, Path file) throws Exception {
    String name = TestRings.uniqueRing();
    Files.write(file, new byte[LEDGER]);
    Random random = new Random(5);
    Deque<ChildJvm> receivers = new ArrayDeque<>();
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).onReceiverDeath(policy).open();
        Region region = Region.attach(Slots.file(name), true);
        Arena arena = Arena.ofConfined()) {
      MemorySegment ledger = Handler.ledger(file, arena);
      receivers.add(ChildJvm.start(Handler.class, name, file));
      receivers.add(ChildJvm.start(Handler.class, name, file));
      int deaths = 0;
      int count = 0;
      while (deaths < KILLS || sender.receivers() < 2) {
        if (deaths < KILLS && sender.receivers() == 2) {
          ChildJvm killed = receivers.removeFirst();
          count = send(sender, count, 10_000 + random.nextInt(5_000));
          if (random.nextBoolean()) {
            killed.stop();
            count = send(sender, count, 1_000);
          }
          killed.kill();
          deaths++;
          receivers.add(ChildJvm.start(Handler.class, name, file));
        }
        count = send(sender, count, 1_000);
      }
      awaitDeaths(sender, deaths);
      assertThat(sender.awaitDrained(TestRings.PATIENCE)).isTrue();
      sender.close();
      for (ChildJvm receiver : receivers) {
        receiver.finish();
      }
      int never = 0;
      int more = 0;
      for (int i = 0; i < count; i++) {
        never += ledger.get(JAVA_BYTE, i) == 0 ? 1 : 0;
        more += ledger.get(JAVA_BYTE, i) > 1 ? 1 : 0;
      }
      System.out.printf(
          "%s: %d messages, %d killed, %s, never handled %d, more than once %d%n",
          policy, count, deaths, sender.recovered(), never, more);
      if (policy == DeathPolicy.DISCARD) {
        assertThat(more).isZero();
        assertThat((long) never).isLessThanOrEqualTo(sender.recovered().discarded());
      } else {
        assertThat(never).isZero();
        assertThat((long) more).isLessThanOrEqualTo(sender.recovered().redelivered());
      }
      RegionAssertions.requirePristine(region);
    } finally {
      receivers.forEach(ChildJvm::close);
    }
  }

  @Test
  void slotsOfTheDeadAreReused() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).open()) {
      for (int i = 0; i < REUSES; i++) {
        try (SteppedReceiver stepped = new SteppedReceiver(name)) {
          stepped.run(0, 1 + i % 3);
          stepped.die();
        }
        Thread.sleep(5);
        if (i % TOGETHER == TOGETHER - 1) {
          // Where slots are short, the next one could not attach.
          awaitDeaths(sender, i + 1);
        }
      }
      awaitDeaths(sender, REUSES);
      long best = Long.MAX_VALUE;
      // The machine may be busy: once in a few times must do.
      for (int i = 1; i <= TRIES && best > SOON_MILLIS; i++) {
        try (ChildJvm child = ChildJvm.start(ReceiverToKill.class, name, "attached")) {
          child.awaitOutput(ReceiverToKill.READY);
          assertThat(sender.receivers()).isEqualTo(1);
          child.kill();
          long killed = System.nanoTime();
          awaitDeaths(sender, REUSES + i);
          best = Math.min(best, (System.nanoTime() - killed) / 1_000_000);
        }
      }
      assertThat(best).isLessThanOrEqualTo(SOON_MILLIS);
      assertThat(sender.receivers()).isZero();
    }
  }

  /** Everything in the pool is what the dead one had: nothing of it needs room. */
  @Test
  @Timeout(30)
  void reclaimNeedsNoRoomInThePool() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender =
            TestRings.ring(name)
                .poolSize(64 << 10)
                .maxBatch(1)
                .onReceiverDeath(DeathPolicy.REDELIVER)
                .open();
        SteppedReceiver stepped = new SteppedReceiver(name)) {
      stepped.run(0, 2);
      int sent = 0;
      for (long address = sender.allocate(8);
          address != Address.NULL;
          address = sender.allocate(8)) {
        sender.segment(address).set(JAVA_LONG, 0, sent++);
        assertThat(sender.tryQueue(address)).isTrue();
      }
      sender.submit();
      stepped.claimAll();
      stepped.die();
      awaitDeaths(sender, 1);
      try (Receiver next = Hring.receiver(name).attach()) {
        List<Long> received = new ArrayList<>();
        while (received.size() < sent && sender.awaitReceiver(Duration.ZERO)) {
          next.poll((_, payload) -> received.add(payload.get(JAVA_LONG, 0)), 1000);
          SequenceMessages.pause();
        }
        assertThat(received)
            .hasSize(sent)
            .containsExactlyInAnyOrderElementsOf(
                () -> LongStream.range(0, received.size()).iterator());
        assertThat(sent).isGreaterThan(500);
      }
      sender.close();
      RegionAssertions.requirePristine(stepped.region);
    }
  }

  @Test
  @Timeout(30)
  void reclaimNeedsNoRoomInTheRing() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender =
            TestRings.ring(name)
                .ringEntries(8, 16)
                .maxBatch(1)
                .onReceiverDeath(DeathPolicy.REDELIVER)
                .open();
        SteppedReceiver stepped = new SteppedReceiver(name)) {
      stepped.run(0, 2);
      SequenceMessages.send(sender, 0, MESSAGES);
      stepped.claimAll();
      SequenceMessages.send(sender, MESSAGES, MESSAGES + 16);
      try (Receiver next = Hring.receiver(name).attach()) {
        stepped.die();
        awaitDeaths(sender, 1);
        sender.close();
        List<Long> received = SequenceMessages.receiveAll(next);
        assertThat(received).hasSize(MESSAGES + 16).doesNotHaveDuplicates();
        assertThat(received.subList(0, MESSAGES)).allMatch(m -> m < MESSAGES);
        assertThat(received.subList(MESSAGES, received.size())).isSorted();
      }
    }
  }

  /** Without a sender, the receivers' own threads reclaim: what they cannot, they say. */
  @ParameterizedTest
  @ValueSource(strings = {"poll", "take", "take many", "await", "close"})
  void whatAReceiverCannotReclaimItTellsOnce(String call) throws Exception {
    String name = TestRings.uniqueRing();
    Receiver receiver;
    try (Sender sender = TestRings.ring(name).allocator("fragile").open();
        SteppedReceiver victim = new SteppedReceiver(name)) {
      victim.run(0, 2);
      receiver = Hring.receiver(name).attach();
      sender.close();
      victim.die();
    }
    try (receiver) {
      assertThatThrownBy(
              () -> {
                for (long start = System.nanoTime();
                    System.nanoTime() - start < TestRings.PATIENCE.toNanos(); ) {
                  call(receiver, call);
                }
              })
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("cannot reclaim what participant 2")
          .hasMessageContaining("damaged on purpose");
      if (!call.equals("close")) {
        Thread.sleep(300);
        call(receiver, call);
        assertThat(receiver.state()).isEqualTo(StreamState.SENDER_CLOSED);
      }
    }
  }

  private static void call(Receiver receiver, String call) {
    switch (call) {
      case "poll" -> receiver.poll((_, _) -> {}, 1);
      case "take" -> receiver.take();
      case "take many" -> receiver.take(new long[1], 0, 1);
      case "await" -> receiver.await(Duration.ofMillis(50));
      default -> receiver.close();
    }
  }

  private static int send(Sender sender, int from, int count) {
    assertThat(from + count).isLessThan(LEDGER);
    SequenceMessages.send(sender, from, from + count);
    return from + count;
  }

  private static void awaitDeaths(Sender sender, long deaths) throws InterruptedException {
    long start = System.nanoTime();
    while (sender.recovered().deaths() < deaths) {
      assertThat(System.nanoTime() - start)
          .as("%d deaths noticed", sender.recovered().deaths())
          .isLessThan(TestRings.PATIENCE.toNanos());
      Thread.sleep(2);
    }
    assertThat(sender.recovered().deaths()).isEqualTo(deaths);
  }

  private static void awaitMask(Region region, long mask) throws InterruptedException {
    while (SharedMemory.getLongAcquire(region.headerMemory(), HeaderLayout.PARKED_MASK) != mask) {
      Thread.sleep(2);
    }
  }
}
