package hring.alloc.buddy;

import hring.alloc.buddy.Operation.Start;
import hring.testkit.Stepping;
import java.util.function.Consumer;

/** What {@link InterleavingTest} runs in steps: each operation against each other one. */
final class InterleavingScenes implements Consumer<String> {
  @Override
  public void accept(String what) {
    for (Start start : Start.values()) {
      for (Operation first : Operation.values()) {
        for (Operation second : Operation.values()) {
          try {
            switch (what) {
              case "another operation" -> anotherActs(start, first, second);
              case "the death of another" -> anotherDies(start, first, second);
              case "another operation during reclaim" -> duringReclaim(start, first, second);
              case "death and reclaim of another" -> reclaimMeanwhile(start, first, second);
              default -> throw new IllegalArgumentException(what);
            }
          } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                start + ", " + first + " and " + second + ": " + e.getMessage(), e);
          }
        }
      }
    }
  }

  private static void anotherActs(Start start, Operation first, Operation second) {
    boolean reached = true;
    for (int n = 1; reached; n++) {
      Scene scene = second.prepare(first.prepare(start.scene(), 1), 2);
      reached = Stepping.interruptAt(n, () -> second.run(scene, 2), () -> first.run(scene, 1));
      scene.assertSound();
    }
  }

  /** The other is killed at each of its own steps; the first goes on beside what it left behind. */
  private static void anotherDies(Start start, Operation first, Operation second) {
    boolean reached = true;
    for (int n = 1; reached; n++) {
      boolean[] killed = {true};
      for (int m = 1; killed[0] && reached; m++) {
        int access = m;
        Scene scene = second.prepare(first.prepare(start.scene(), 1), 2);
        reached =
            Stepping.interruptAt(
                n,
                () -> killed[0] = CrashScenes.killedAt(scene, second, 2, access),
                () -> first.run(scene, 1));
        if (reached) {
          scene.reclaim(3, 2);
          scene.assertSound();
        }
      }
    }
  }

  /** One died; while it is reclaimed, the other acts at each step of the repair. */
  private static void duringReclaim(Start start, Operation dying, Operation second) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      boolean reached = true;
      for (int m = 1; reached; m++) {
        Scene scene = second.prepare(dying.prepare(start.scene(), 1), 2);
        killed = CrashScenes.killedAt(scene, dying, 1, n);
        reached = Stepping.interruptAt(m, () -> second.run(scene, 2), () -> scene.reclaim(3, 1));
        scene.assertSound();
      }
    }
  }

  /** One is stopped at each step; while it stands still, a second dies and a third reclaims it. */
  private static void reclaimMeanwhile(Start start, Operation first, Operation dying) {
    boolean reached = true;
    for (int n = 1; reached; n++) {
      boolean[] killed = {true};
      for (int m = 1; killed[0] && reached; m++) {
        int access = m;
        Scene scene = dying.prepare(first.prepare(start.scene(), 1), 2);
        reached =
            Stepping.interruptAt(
                n,
                () -> {
                  killed[0] = CrashScenes.killedAt(scene, dying, 2, access);
                  scene.reclaim(3, 2);
                },
                () -> first.run(scene, 1));
        scene.assertSound();
      }
    }
  }
}
