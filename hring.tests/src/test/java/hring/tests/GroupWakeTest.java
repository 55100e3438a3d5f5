package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.internal.Providers;
import hring.api.internal.waiting.WaitSet;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.region.SystemCalls;
import hring.api.spi.region.WakeWord;
import hring.api.spi.region.WordWait;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Inbound;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No wake of a thread is lost that sleeps on many rings. A group looks again ten times a second,
 * and would hide one: here the thread sleeps until it is woken, and has failed if that takes {@link
 * TestRings#PATIENCE}.
 */
@Timeout(120)
class GroupWakeTest extends EachTransport {
  /** Of all rings together: each round looks at each of them. */
  private static final int LOOKS = 4_000;

  private static final int LEAST_ROUNDS = 400;

  /** In less the thread is still on its way to sleep, in more it sleeps. */
  private static final int MAX_PAUSE_NANOS = 100_000;

  private final AtomicInteger claimed = new AtomicInteger();

  private static int rounds(int rings) {
    return Math.max(LEAST_ROUNDS, LOOKS / rings);
  }

  /** With 130 rings the last three are watched by another thread, a lookout. */
  @ParameterizedTest
  @ValueSource(ints = {2, 130})
  void everySubmitWakes(int rings) throws Exception {
    String name = TestRings.uniqueRing();
    List<Sender> senders = new ArrayList<>();
    try {
      for (int i = 0; i < rings; i++) {
        senders.add(smallRing(name + "-" + i, 1).open());
      }
      CompletableFuture<Void> sleeper =
          CompletableFuture.runAsync(
              () -> receive(name, rings), task -> Thread.ofPlatform().daemon().start(task));
      for (Sender sender : senders) {
        while (sender.receivers() == 0) {
          assertThat(sleeper).isNotDone();
          SequenceMessages.pause();
        }
      }
      long seed = System.nanoTime();
      Random random = new Random(seed);
      for (int round = 1; round <= rounds(rings); round++) {
        // The first and the last rings: each kind of watch has its share.
        int ring = random.nextBoolean() ? 0 : rings - 1;
        SequenceMessages.send(senders.get(ring), 0, 1);
        while (claimed.get() < round) {
          assertThat(sleeper).as("seed %d, round %d", seed, round).isNotDone();
          SequenceMessages.pause();
        }
        SequenceMessages.pauseFor(random.nextInt(MAX_PAUSE_NANOS));
      }
      sleeper.get(2 * TestRings.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } finally {
      senders.forEach(Sender::close);
    }
  }

  /**
   * A lookout stays in the queue of a ring's word while the group is busy, before a receiver that
   * goes to sleep later. A submit wakes one of them: it must get up the other one, too.
   */
  @Test
  void aWakeThatALookoutTakesIsPassedOn() throws Exception {
    int rings = 130;
    String name = TestRings.uniqueRing();
    List<Sender> senders = new ArrayList<>();
    List<Ring> all = new ArrayList<>();
    WaitSet waitSet = new WaitSet();
    try {
      for (int i = 0; i < rings; i++) {
        senders.add(smallRing(name + "-" + i, 2).open());
        all.add(attach(name + "-" + i));
      }
      waitSet.use(all.stream().map(Ring::wakeWord).toList());
      waitSet.begin();
      all.forEach(ring -> ring.wakeWord().arm());
      waitSet.await(0);
      // Until the lookout sleeps.
      Thread.sleep(100);
      all.add(attach(name + "-" + (rings - 1)));
      WakeWord last = all.getLast().wakeWord();
      last.arm();
      WordWait wait = SystemCalls.present().newWordWait();
      wait.set(0, last.word(), last.expected());
      CompletableFuture<Boolean> sleeper =
          CompletableFuture.supplyAsync(
              () -> wait.await(1, TestRings.PATIENCE.toNanos()),
              task -> Thread.ofPlatform().daemon().start(task));
      Thread.sleep(100);
      SequenceMessages.send(senders.getLast(), 0, 1);
      assertThat(sleeper.get()).as("woken").isTrue();
    } finally {
      waitSet.close();
      all.forEach(Ring::leave);
      senders.forEach(Sender::close);
    }
  }

  private static SenderBuilder smallRing(String name, int receivers) {
    return TestRings.ring(name)
        .poolSize(1 << 17)
        .maxReceivers(receivers)
        .ringEntries(64, 64)
        .maxBatch(1);
  }

  private static Ring attach(String name) {
    Region region = Region.attach(Slots.file(name), true);
    Participant participant = region.participants().begin();
    Inbound inbound =
        Providers.transport(region.header().transport(), region.header().transportOptions())
            .attach(region, participant);
    participant.activate();
    return new Ring(region, participant, inbound, new WakeWord(region, participant.owner()));
  }

  /** A ring as the group sees it. */
  private record Ring(Region region, Participant participant, Inbound inbound, WakeWord wakeWord) {
    void leave() {
      participant.leave();
      inbound.close();
      region.close();
    }
  }

  /** What is claimed is not freed: the pools are large enough, and this is about waking alone. */
  private void receive(String name, int rings) {
    List<Ring> all = new ArrayList<>();
    WaitSet waitSet = new WaitSet();
    for (int i = 0; i < rings; i++) {
      all.add(attach(name + "-" + i));
    }
    try {
      waitSet.use(all.stream().map(Ring::wakeWord).toList());
      long[] words = new long[1];
      while (claimed.get() < rounds(rings)) {
        waitSet.begin();
        if (!claimOrArm(all, words)) {
          long start = System.nanoTime();
          waitSet.await(TestRings.PATIENCE.toNanos());
          if (System.nanoTime() - start >= TestRings.PATIENCE.toNanos()) {
            throw new AssertionError("not woken for " + TestRings.PATIENCE);
          }
        }
      }
    } finally {
      waitSet.close();
      all.forEach(Ring::leave);
    }
  }

  /** Returns whether there was something; if not, all rings are armed. */
  private boolean claimOrArm(List<Ring> all, long[] words) {
    boolean found = false;
    for (Ring ring : all) {
      WakeWord wakeWord = ring.wakeWord();
      if (wakeWord.isArmed() && wakeWord.isRung()) {
        wakeWord.disarm();
      }
      if (!wakeWord.isArmed()) {
        Claims claims = ring.inbound().claims();
        while (claims.claim(words, 1) > 0) {
          claimed.incrementAndGet();
          found = true;
        }
        wakeWord.arm();
        if (claims.hasEntries()) {
          wakeWord.disarm();
          found = true;
        }
      }
    }
    return found;
  }
}
