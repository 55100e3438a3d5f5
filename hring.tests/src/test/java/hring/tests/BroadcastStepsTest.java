package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Delivery;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.spi.region.Region;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A receiver of a ring that delivers to each dies, or stands still, between any two of its accesses
 * to shared memory while it joins, claims, passes and leaves. Another receiver gets all meanwhile.
 */
@Timeout(60)
class BroadcastStepsTest {
  private static final int POOL = 64 << 10;
  private static final long BEFORE = 10;
  private static final long CLAIMABLE = 20;

  /** More than the pool has room for. */
  private static final long ALL = 3_000;

  private static final int LOOKS = 20;

  private CheckedMessages received;
  private long sent;

  static Stream<Arguments> combinations() {
    return Stream.of(
            Arguments.of(RingKind.URING, "slab"),
            Arguments.of(RingKind.URING, "buddy"),
            Arguments.of(RingKind.SHM, "slab"))
        .flatMap(
            ring ->
                Stream.of(true, false)
                    .map(evicts -> Arguments.of(ring.get()[0], ring.get()[1], evicts)));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void whoDiesAtAnyStepIsWaitedForNoMore(RingKind kind, String allocator, boolean evicts)
      throws Exception {
    afterEachStep(
        kind,
        allocator,
        evicts,
        (sender, other, stepped, done) -> {
          stepped.die();
          while (sent < ALL) {
            assertThat(send(sender, other)).as(when(done)).isTrue();
          }
          requireAllReceived(sender, other, done);
          while (sender.recovered().deaths() == 0) {
            SequenceMessages.pause();
          }
        });
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void whoStandsStillAtAnyStepLosesNothingThatItHas(RingKind kind, String allocator, boolean evicts)
      throws Exception {
    afterEachStep(
        kind,
        allocator,
        evicts,
        (sender, other, stepped, done) -> {
          boolean counts = done >= SteppedSubscriber.STEPS.indexOf("count the join") + 1;
          boolean full = false;
          while (sent < ALL && !full) {
            full = !send(sender, other);
          }
          assertThat(full).as(when(done)).isEqualTo(counts && !evicts);
          assertThat(sender.evictions()).as(when(done)).isEqualTo(counts && evicts ? 1 : 0);
          stepped.requireRunIntact();
          stepped.run(done, SteppedSubscriber.STEPS.size());
          boolean finds = counts && done < SteppedSubscriber.STEPS.indexOf("leave");
          assertThat(stepped.isEvicted()).as(when(done)).isEqualTo(finds && evicts);
          while (sent < 2 * ALL) {
            assertThat(send(sender, other)).as(when(done)).isTrue();
          }
          requireAllReceived(sender, other, done);
        });
  }

  /** What happens when a subscriber has done so many of its steps. */
  @FunctionalInterface
  private interface Scene {
    void play(Sender sender, Receiver other, SteppedSubscriber stepped, int done) throws Exception;
  }

  private void afterEachStep(RingKind kind, String allocator, boolean evicts, Scene scene)
      throws Exception {
    for (int done = 1; done < SteppedSubscriber.STEPS.size(); done++) {
      String name = TestRings.uniqueRing();
      try (Sender sender = ring(kind, name, allocator, evicts).open();
          Region region = Region.attach(Slots.file(name), true);
          SteppedSubscriber stepped = new SteppedSubscriber(name)) {
        try (Receiver other = Hring.receiver(name).attach()) {
          begin(sender, other, stepped, done);
          scene.play(sender, other, stepped, done);
        }
        sender.close();
        RegionAssertions.requirePristine(region);
      }
    }
  }

  private static String when(int done) {
    return "after '" + SteppedSubscriber.STEPS.get(done - 1) + "'";
  }

  private static SenderBuilder ring(RingKind kind, String name, String allocator, boolean evicts) {
    SenderBuilder ring =
        kind.of(Hring.sender(name))
            .allocator(allocator)
            .poolSize(POOL)
            .maxBatch(1)
            .delivery(Delivery.TO_EACH);
    return evicts ? ring.evictBehind(100) : ring;
  }

  private void begin(Sender sender, Receiver other, SteppedSubscriber stepped, int done) {
    received = new CheckedMessages();
    sent = 0;
    sendTo(sender, other, BEFORE);
    // From here on it knows who has joined.
    assertThat(sender.awaitHandled(Duration.ZERO)).isTrue();
    int joined = Math.min(done, SteppedSubscriber.STEPS.indexOf("claim"));
    stepped.run(0, joined);
    sendTo(sender, other, CLAIMABLE);
    stepped.run(joined, done);
    boolean claimed = done == SteppedSubscriber.STEPS.indexOf("claim") + 1;
    assertThat(stepped.begun() == 3).as(when(done)).isEqualTo(claimed);
  }

  private void sendTo(Sender sender, Receiver other, long to) {
    while (sent < to) {
      assertThat(send(sender, other)).isTrue();
    }
  }

  /**
   * Sends one message, and lets the other receiver handle all there is; false if there is no room.
   */
  private boolean send(Sender sender, Receiver other) {
    boolean queued = CheckedMessages.tryQueue(sender, sent);
    for (int i = 0; !queued && i < LOOKS; i++) {
      sender.submit();
      poll(other);
      queued = CheckedMessages.tryQueue(sender, sent);
    }
    sent += queued ? 1 : 0;
    sender.submit();
    poll(other);
    return queued;
  }

  private void poll(Receiver receiver) {
    while (receiver.poll((_, message) -> received.received(message), 50) > 0) {
      // Until nothing is there.
    }
  }

  private void requireAllReceived(Sender sender, Receiver other, int done) {
    poll(other);
    assertThat(received.first()).as(when(done)).isZero();
    assertThat(received.count()).as(when(done)).isEqualTo(sent);
    assertThat(sender.awaitHandled(TestRings.PATIENCE)).as(when(done)).isTrue();
  }
}
