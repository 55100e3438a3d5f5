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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A receiver dies between any two of its accesses to shared memory, while it attaches, claims a
 * single message and a batch of three, settles, frees and leaves. Another one claims before its
 * death is noticed, or does not. Its heir, which gets the same slot, dies with a claim recorded
 * that never took place.
 */
@Timeout(60)
class DeathStepsTest {
  private static final int CLAIMED = 4;
  private static final long OVERTAKING = 10;
  private static final long AFTER = 20;

  private final List<Long> received = new ArrayList<>();
  private final List<Long> marked = new ArrayList<>();

  /** What comes after a death depends little on the transport: half of it is enough for one. */
  static Stream<Arguments> combinations() {
    return Stream.of(Way.URING, Way.SHM)
        .flatMap(
            way ->
                Stream.of("slab", "buddy")
                    .filter(allocator -> way == Way.URING || allocator.equals("slab"))
                    .flatMap(
                        allocator ->
                            Stream.of(DeathPolicy.values())
                                .flatMap(
                                    policy ->
                                        Stream.of(true, false)
                                            .map(
                                                overtaken ->
                                                    Arguments.of(
                                                        way, allocator, policy, overtaken)))));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void atEveryStep(Way way, String allocator, DeathPolicy policy, boolean overtaken)
      throws Exception {
    for (int done = 1; done <= Victim.STEPS.size(); done++) {
      received.clear();
      marked.clear();
      String name = Numbers.uniqueRing();
      try (Sender sender =
              way.of(Numbers.ring(name))
                  .allocator(allocator)
                  .poolSize(256 << 10)
                  .onReceiverDeath(policy)
                  .open();
          Victim victim = new Victim(name);
          Victim heir = new Victim(name)) {
        dieAfter(done, policy, overtaken, sender, victim, heir);
        sender.close();
        Aftermath.requireAsNew(victim.region);
      }
    }
  }

  private void dieAfter(
      int done, DeathPolicy policy, boolean overtaken, Sender sender, Victim victim, Victim heir)
      throws Exception {
    String when = "died after '" + Victim.STEPS.get(done - 1) + "'";
    boolean left = done == Victim.STEPS.size();
    boolean claimed = done > Victim.STEPS.indexOf("move");
    int freed = Math.clamp(done - Victim.STEPS.indexOf("free single"), 0, CLAIMED);
    boolean again = claimed && policy == DeathPolicy.REDELIVER;
    List<Long> expected = new ArrayList<>();
    victim.run(0, 1);
    try (Receiver other = Hring.receiver(victim.name).attach()) {
      Numbers.send(sender, 0, 1);
      Numbers.send(sender, 1, CLAIMED);
      victim.run(1, done);
      if (!claimed) {
        add(expected, 0, CLAIMED);
      }
      if (overtaken) {
        Numbers.send(sender, OVERTAKING, OVERTAKING + 1);
        receive(other);
        add(expected, OVERTAKING, OVERTAKING + 1);
      }
      if (!left) {
        victim.die();
      }
      awaitDeaths(sender, left ? 0 : 1, when);
      assertThat(victim.slots.state(victim.owner())).as(when).isZero();
      assertThat(victim.isParked()).as(when).isEqualTo(left);
      // Nobody can tell any more that the list was none of the messages.
      int list = Victim.STEPS.get(done - 1).equals("settle") ? 1 : 0;
      assertThat(sender.recovered().discarded())
          .as(when)
          .isEqualTo(claimed && !again ? CLAIMED - freed + list : 0);
      assertThat(sender.awaitDrained(Duration.ZERO))
          .as(when)
          .isEqualTo(again ? freed == CLAIMED : claimed || overtaken);
      receive(other);

      Numbers.send(sender, AFTER, AFTER + 1);
      Numbers.send(sender, AFTER + 1, AFTER + CLAIMED);
      heir.run(0, Victim.STEPS.indexOf("move"));
      assertThat(heir.owner()).isEqualTo(victim.owner());
      heir.die();
      awaitDeaths(sender, left ? 1 : 2, when);
      receive(other);
    }
    List<Long> twice = again ? LongStream.range(freed, CLAIMED).boxed().toList() : List.<Long>of();
    expected.addAll(twice);
    add(expected, AFTER, AFTER + CLAIMED);
    assertThat(received).as(when).isEqualTo(expected);
    assertThat(marked).as(when).isEqualTo(twice);
    assertThat(sender.recovered().redelivered()).as(when).isEqualTo(twice.size());
  }

  private static void add(List<Long> numbers, long from, long to) {
    LongStream.range(from, to).forEach(numbers::add);
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
          .isLessThan(Numbers.PATIENCE.toNanos());
      Thread.sleep(2);
    }
  }
}
