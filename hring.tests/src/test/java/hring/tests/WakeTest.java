package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Delivery;
import hring.api.Sender;
import hring.api.internal.Providers;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Inbound;
import hring.api.spi.transport.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * No wake is lost. Receivers of the API look again ten times a second, and would hide one: here
 * they sleep until they are woken, and have failed if that takes {@link TestRings#PATIENCE}.
 */
@Timeout(120)
class WakeTest extends EachKind {
  private static final int ROUNDS = 3_000;

  /** In less a receiver is still on its way to sleep, in more it sleeps. */
  private static final int MAX_PAUSE_NANOS = 100_000;

  private final AtomicInteger claimed = new AtomicInteger();

  @ParameterizedTest
  @CsvSource({"1,TO_ONE", "3,TO_ONE", "3,TO_EACH"})
  void everySubmitAndTheCloseWakeSleepers(int receivers, Delivery delivery) throws Exception {
    String name = TestRings.uniqueRing();
    List<CompletableFuture<Void>> sleepers = new ArrayList<>();
    try (Sender sender =
        TestRings.ring(name).maxBatch(kind.isSmall() ? 64 : 1).delivery(delivery).open()) {
      for (int i = 0; i < receivers; i++) {
        sleepers.add(
            CompletableFuture.runAsync(
                () -> receive(name), task -> Thread.ofPlatform().daemon().start(task)));
      }
      while (sender.receivers() < receivers) {
        assertThat(sleepers).noneMatch(CompletableFuture::isCompletedExceptionally);
        SequenceMessages.pause();
      }
      long seed = System.nanoTime();
      Random random = new Random(seed);
      int sent = 0;
      for (int round = 0; round < ROUNDS; round++) {
        int words = 1 + random.nextInt(3);
        SequenceMessages.send(sender, 0, words);
        sent += delivery == Delivery.TO_EACH ? words * receivers : words;
        while (claimed.get() < sent) {
          assertThat(sleepers)
              .as("seed %d, round %d", seed, round)
              .noneMatch(CompletableFuture::isCompletedExceptionally);
          SequenceMessages.pause();
        }
        SequenceMessages.pauseFor(random.nextInt(MAX_PAUSE_NANOS));
      }
    }
    for (CompletableFuture<Void> sleeper : sleepers) {
      sleeper.get(2 * TestRings.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** What is claimed is not freed: the pool is large enough, and this is about waking alone. */
  private void receive(String name) {
    long[] words = new long[1];
    try (Region region = Region.attach(Slots.file(name), true)) {
      Participant participant = region.participants().begin();
      try (Inbound inbound =
          Providers.transport(region.header().transport(), region.header().transportOptions())
              .attach(region, participant)) {
        participant.activate();
        Claims claims = inbound.claims();
        while (region.state() == HeaderLayout.STATE_OPEN || claims.hasEntries()) {
          long start = System.nanoTime();
          inbound.park(TestRings.PATIENCE.toNanos());
          if (System.nanoTime() - start >= TestRings.PATIENCE.toNanos()) {
            throw new AssertionError(
                "not woken for " + TestRings.PATIENCE + "; words: " + claims.hasEntries());
          }
          while (claims.claim(words, 1) > 0) {
            claimed.incrementAndGet();
            if (claims instanceof Subscription subscription) {
              subscription.done(words, 0, 1);
            }
          }
        }
        participant.leave();
      }
    }
  }
}
