package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.DeathPolicy;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A receiver dies between any two of its accesses to shared memory, while it attaches, claims a
 * single message and a batch of three in two pieces, hands them out, frees and leaves. Another one
 * claims before its death is noticed, or does not. Its successor, which gets the same slot, dies
 * with a claim recorded that never took place.
 */
@Timeout(60)
class DeathStepsTest {
  private static final int SENT = 4;
  private static final long OVERTAKING = 10;
  private static final long AFTER = 20;

  private List<String> steps = List.of();
  private final List<Long> received = new ArrayList<>();
  private final List<Long> marked = new ArrayList<>();

  @AfterEach
  void chooseNone() {
    System.clearProperty(RingKind.PROPERTY);
  }

  /** What comes after a death depends little on the transport: half of it is enough for one. */
  static Stream<Arguments> combinations() {
    return Stream.of(RingKind.URING, RingKind.SHM, RingKind.URING_SMALL, RingKind.SHM_SMALL)
        .flatMap(
            kind ->
                Stream.of("slab", "buddy")
                    .filter(allocator -> kind == RingKind.URING || allocator.equals("slab"))
                    .flatMap(
                        allocator ->
                            Stream.of(DeathPolicy.values())
                                .flatMap(
                                    policy ->
                                        Stream.of(true, false)
                                            .map(
                                                overtaken ->
                                                    Arguments.of(
                                                        kind, allocator, policy, overtaken)))));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void deathAtEveryStepLosesAndRepeatsNothing(
      RingKind kind, String allocator, DeathPolicy policy, boolean overtaken) throws Exception {
    System.setProperty(RingKind.PROPERTY, kind.name());
    steps = SteppedReceiver.steps(kind.isSmall());
    for (int done = 1; done <= steps.size(); done++) {
      received.clear();
      marked.clear();
      String name = TestRings.uniqueRing();
      try (Sender sender =
              TestRings.ring(name)
                  .allocator(allocator)
                  .poolSize(256 << 10)
                  .onReceiverDeath(policy)
                  .open();
          Bystander bystander = new Bystander(name);
          SteppedReceiver stepped = new SteppedReceiver(name, kind.isSmall());
          SteppedReceiver successor = new SteppedReceiver(name, kind.isSmall())) {
        dieAfter(done, policy, overtaken, sender, bystander, stepped, successor);
        bystander.close();
        sender.close();
        RegionAssertions.requirePristine(stepped.region);
      }
    }
  }

  private void dieAfter(
      int done,
      DeathPolicy policy,
      boolean overtaken,
      Sender sender,
      Bystander bystander,
      SteppedReceiver stepped,
      SteppedReceiver successor)
      throws Exception {
    String when = "died after '" + steps.get(done - 1) + "'";
    boolean left = done == steps.size();
    boolean again = policy == DeathPolicy.REDELIVER;
    stepped.run(0, 1);
    List<Long> expected = new ArrayList<>();
    List<Long> begun = numbers(done, "handed out ", "free ");
    try (Receiver other = Hring.receiver(stepped.name).attach()) {
      SequenceMessages.send(sender, 0, 1);
      SequenceMessages.send(sender, 1, SENT);
      stepped.run(1, done);
      List<Long> claimed = claimed(done);
      List<Long> inTheRing = LongStream.range(claimed.size(), SENT).boxed().toList();
      List<Long> never = new ArrayList<>(claimed);
      never.removeAll(numbers(done, "handed out ", "nothing "));
      if (overtaken) {
        SequenceMessages.send(sender, OVERTAKING, OVERTAKING + 1);
        receive(other);
        expected.addAll(inTheRing);
        expected.add(OVERTAKING);
      }
      if (!begun.isEmpty() || !never.isEmpty() || !overtaken && !inTheRing.isEmpty()) {
        assertThat(sender.awaitHandled(Duration.ZERO)).as(when).isFalse();
      }
      if (!left) {
        stepped.die();
      }
      bystander.lookAround();
      awaitDeaths(sender, left ? 0 : 1, when);
      assertThat(stepped.isParked()).as(when).isEqualTo(left);
      assertThat(stepped.slots.state(stepped.owner())).as(when).isEqualTo(never.isEmpty() ? 0 : 4);
      assertThat(sender.recovered().discarded()).as(when).isEqualTo(again ? 0 : begun.size());
      assertThat(sender.recovered().redelivered()).as(when).isEqualTo(again ? begun.size() : 0);
      boolean handled =
          never.isEmpty() && (!again || begun.isEmpty()) && (overtaken || inTheRing.isEmpty());
      assertThat(sender.awaitHandled(Duration.ZERO)).as(when).isEqualTo(handled);
      receive(other);
      assertThat(sender.awaitHandled(Duration.ZERO)).as(when).isTrue();
      expected.addAll(never);
      expected.addAll(again ? begun : List.of());
      expected.addAll(overtaken ? List.of() : inTheRing);
      assertThat(received).as(when).isEqualTo(expected);
      assertThat(stepped.slots.state(stepped.owner())).as(when).isZero();

      SequenceMessages.send(sender, AFTER, AFTER + 1);
      SequenceMessages.send(sender, AFTER + 1, AFTER + SENT);
      successor.run(0, steps.indexOf("move 0"));
      assertThat(successor.owner()).isEqualTo(stepped.owner());
      successor.die();
      bystander.lookAround();
      awaitDeaths(sender, left ? 1 : 2, when);
      receive(other);
    }
    LongStream.range(AFTER, AFTER + SENT).forEach(expected::add);
    assertThat(received).as(when).isEqualTo(expected);
    assertThat(marked).as(when).isEqualTo(again ? begun : List.of());
  }

  /** The messages of the claims that took place. */
  private List<Long> claimed(int done) {
    List<Long> claimed = new ArrayList<>();
    for (int c = 0; c < SteppedReceiver.CLAIMS.size(); c++) {
      if (steps.indexOf("move " + c) < done) {
        SteppedReceiver.CLAIMS.get(c).forEach(m -> claimed.add((long) m));
      }
    }
    return claimed;
  }

  /** The messages with which one thing was done, and not another. */
  private List<Long> numbers(int done, String did, String didNot) {
    List<String> gone = steps.subList(0, done);
    return LongStream.range(0, SENT)
        .filter(m -> gone.contains(did + m) && !gone.contains(didNot + m))
        // In a pack it is freed together with the one before it.
        .filter(m -> steps.contains("free " + m) || !gone.contains(didNot + (m - 1)))
        .boxed()
        .toList();
  }

  private void receive(Receiver receiver) {
    int handled;
    do {
      handled =
          receiver.poll(
              (_, payload) -> {
                received.add(payload.get(JAVA_LONG, 0));
                if (receiver.redelivered()) {
                  marked.add(payload.get(JAVA_LONG, 0));
                }
              },
              100);
    } while (handled > 0);
  }

  private static void awaitDeaths(Sender sender, int deaths, String when)
      throws InterruptedException {
    long start = System.nanoTime();
    while (sender.recovered().deaths() < deaths) {
      assertThat(System.nanoTime() - start)
          .as("%s: nobody has noticed", when)
          .isLessThan(TestRings.PATIENCE.toNanos());
      Thread.sleep(2);
    }
  }
}
