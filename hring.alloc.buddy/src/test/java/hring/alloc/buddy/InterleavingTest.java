package hring.alloc.buddy;

import hring.alloc.buddy.Operation.Start;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Participant 1 is stopped before each single access of an operation; meanwhile others act, from
 * beginning to end or until they are killed; then it goes on.
 */
@Timeout(120)
final class InterleavingTest {
  static Stream<Arguments> pairs() {
    return Stream.of(Start.values())
        .flatMap(
            start ->
                Stream.of(Operation.values())
                    .flatMap(
                        first ->
                            Stream.of(Operation.values())
                                .map(second -> Arguments.of(start, first, second))));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void operationsInterleavedAtAnyAccessKeepThePoolSound(
      Start start, Operation first, Operation second) {
    boolean reached = true;
    for (int n = 1; reached; n++) {
      Scene scene = start.scene();
      scene.steps[1].before(n, () -> second.run(scene, 2));
      first.run(scene, 1);
      reached = scene.steps[1].done();
      scene.assertSound();
    }
  }

  /** The other is killed at each of its own steps; the first goes on beside what it left behind. */
  @ParameterizedTest
  @MethodSource("pairs")
  void aDeathDuringAnotherOperationKeepsThePoolSound(
      Start start, Operation first, Operation second) {
    boolean reached = true;
    for (int n = 1; reached; n++) {
      boolean[] killed = {true};
      for (int m = 1; killed[0] && reached; m++) {
        int access = m;
        Scene scene = start.scene();
        scene.steps[1].before(n, () -> killed[0] = CrashTest.killedAt(scene, second, 2, access));
        first.run(scene, 1);
        reached = scene.steps[1].done();
        if (reached) {
          scene.reclaim(3, 2);
          scene.assertSound();
        }
      }
    }
  }

  /** One died; while it is reclaimed, the other acts at each step of the repair. */
  @ParameterizedTest
  @MethodSource("pairs")
  void anOperationDuringReclaimKeepsThePoolSound(Start start, Operation dying, Operation second) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      boolean reached = true;
      for (int m = 1; reached; m++) {
        Scene scene = start.scene();
        killed = CrashTest.killedAt(scene, dying, 1, n);
        scene.steps[3].before(m, () -> second.run(scene, 2));
        scene.reclaim(3, 1);
        reached = scene.steps[3].done();
        scene.assertSound();
      }
    }
  }

  /** One is stopped at each step; while it stands still, a second dies and a third reclaims it. */
  @ParameterizedTest
  @MethodSource("pairs")
  void reclaimDuringAnotherOperationKeepsThePoolSound(
      Start start, Operation first, Operation dying) {
    boolean reached = true;
    for (int n = 1; reached; n++) {
      boolean[] killed = {true};
      for (int m = 1; killed[0] && reached; m++) {
        int access = m;
        Scene scene = start.scene();
        scene.steps[1].before(
            n,
            () -> {
              killed[0] = CrashTest.killedAt(scene, dying, 2, access);
              scene.reclaim(3, 2);
            });
        first.run(scene, 1);
        reached = scene.steps[1].done();
        scene.assertSound();
      }
    }
  }
}
