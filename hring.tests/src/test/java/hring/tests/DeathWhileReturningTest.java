package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.DeathPolicy;
import hring.api.Sender;
import hring.api.spi.region.Region;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A participant dies before or after each call of its allocator while messages come back: it takes
 * over what others left or returned, gives back, leaves, or reclaims what a dead one had. Whoever
 * is left reclaims what both had, and gets every message that is not discarded; and nobody believes
 * before that all were handled.
 */
@Timeout(120)
class DeathWhileReturningTest {
  private static final int SENT = 8;
  private static final int MANY = 10_000;

  /** What the mortal one does, and what was done before. */
  private enum Deed {
    ADOPTS_LEFTOVERS {
      @Override
      void prepare(BareReceiver mortal, BareReceiver other) {
        other.claim(SENT, 2);
        other.leave();
      }

      @Override
      void run(BareReceiver mortal) {
        mortal.adoption.adopt(new long[SENT], SENT);
      }
    },
    ADOPTS_RETURNED {
      @Override
      void prepare(BareReceiver mortal, BareReceiver other) {
        for (long address : other.claim(SENT, SENT)) {
          other.recovery.giveBack(address);
        }
      }

      @Override
      void run(BareReceiver mortal) {
        mortal.adoption.adopt(new long[SENT], SENT);
      }
    },
    GIVES_BACK {
      @Override
      void prepare(BareReceiver mortal, BareReceiver other) {
        taken = mortal.claim(SENT, SENT);
      }

      @Override
      void run(BareReceiver mortal) {
        for (long address : taken) {
          mortal.recovery.giveBack(address);
        }
      }
    },
    LEAVES {
      @Override
      void prepare(BareReceiver mortal, BareReceiver other) {
        mortal.claim(SENT, SENT - 3);
      }

      @Override
      void run(BareReceiver mortal) {
        mortal.leave();
      }
    },
    RECLAIMS {
      @Override
      void prepare(BareReceiver mortal, BareReceiver other) {
        other.claim(SENT, SENT - 3);
        other.die();
      }

      @Override
      void run(BareReceiver mortal) {
        mortal.recovery.lookAround();
      }
    };

    long[] taken;

    abstract void prepare(BareReceiver mortal, BareReceiver other);

    abstract void run(BareReceiver mortal);
  }

  static Stream<Arguments> combinations() {
    return Stream.of(Deed.values())
        .flatMap(
            deed ->
                Stream.of(DeathPolicy.values())
                    .flatMap(
                        policy ->
                            Stream.of("slab", "buddy")
                                .map(allocator -> Arguments.of(deed, policy, allocator))));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void inEachCallOfTheAllocator(Deed deed, DeathPolicy policy, String allocator) {
    int deaths = 0;
    boolean died = true;
    for (int call = 1; died; call++) {
      assertThat(call).isLessThan(MANY);
      for (boolean after : new boolean[] {false, true}) {
        died = dieIn(deed, policy, allocator, call, after);
        deaths += died ? 1 : 0;
      }
    }
    assertThat(deaths).isGreaterThan(3);
  }

  private static boolean dieIn(
      Deed deed, DeathPolicy policy, String allocator, int call, boolean after) {
    String name = TestRings.uniqueRing();
    Sender sender =
        RingKind.SHM
            .of(TestRings.ring(name))
            .allocator(allocator)
            .poolSize(64 << 10)
            .onReceiverDeath(policy)
            .open();
    Path file = Slots.file(name);
    try (Region region = Region.attach(file, true);
        BareReceiver survivor = new BareReceiver(file);
        BareReceiver mortal = new BareReceiver(file);
        BareReceiver other = new BareReceiver(file)) {
      SequenceMessages.send(sender, 0, SENT);
      // Nobody but those three looks after the ring from now on.
      sender.close();
      deed.prepare(mortal, other);
      mortal.fate.dieIn(call, after);
      String when = "";
      try {
        deed.run(mortal);
        mortal.fate.dieIn(-1, false);
      } catch (MortalAllocator.Death e) {
        mortal.die();
        when = deed + ", died in call " + call + " " + e.getMessage();
      }
      boolean believed = survivor.isAllHandled();
      survivor.recovery.lookAround();
      believed |= survivor.isAllHandled();
      requireAll(deed, policy, survivor, believed, when);
      if (when.isEmpty()) {
        mortal.close();
        other.close();
        survivor.receiveAll();
      }
      assertThat(survivor.isAllHandled()).as(when).isTrue();
      other.close();
      survivor.leave();
      RegionAssertions.requirePristine(region);
      return !when.isEmpty();
    }
  }

  private static void requireAll(
      Deed deed, DeathPolicy policy, BareReceiver survivor, boolean believed, String when) {
    List<Long> received = survivor.receiveAll();
    if (when.isEmpty()) {
      // The mortal one lives, and may still have some.
      return;
    }
    assertThat(believed).as(when).isEqualTo(received.isEmpty());
    List<Long> numbers = new ArrayList<>(received.stream().map(Math::abs).toList());
    assertThat(numbers).as(when).doesNotHaveDuplicates();
    List<Long> missing = new ArrayList<>(LongStream.range(0, SENT).boxed().toList());
    missing.removeAll(numbers);
    long discarded =
        survivor.region.participants().stats().stream().mapToLong(s -> s.discarded()).sum();
    if (policy == DeathPolicy.REDELIVER) {
      assertThat(missing).as(when).isEmpty();
    }
    // Who is just leaving may die between freeing a message and counting it.
    int uncounted = deed == Deed.LEAVES ? 1 : 0;
    assertThat(discarded)
        .as(when)
        .isBetween((long) missing.size() - uncounted, (long) missing.size());
  }
}
