package hring.alloc.slab;

import hring.api.Address;
import hring.testkit.Stepping;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** What {@link CrashTest} runs, inside a {@link Stepping}. */
final class CrashScenes implements Consumer<String> {
  private static final int ME = 1;
  private static final int SECOND = 2;
  private static final int THIRD = 4;

  @Override
  public void accept(String what) {
    switch (what) {
      case "killed in turn" -> killedInTurn();
      case "killed with two threads" -> killedWithTwoThreads();
      case "reclaimed within" -> reclaimedWithin();
      case "an extent goes" -> anExtentGoes();
      default -> atEachAct(what);
    }
  }

  private static void atEachAct(String what) {
    for (Act act : Act.values()) {
      try {
        switch (what) {
          case "killed" -> killed(act);
          case "reclaimer killed" -> reclaimerKilled(act);
          case "interrupted" -> interrupted(act);
          case "reclaimer interrupted" -> reclaimerInterrupted(act);
          case "killed within" -> killedWithin(act);
          default -> throw new IllegalArgumentException(what);
        }
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(act + " " + what + ": " + e.getMessage(), e);
      }
    }
  }

  /** Killed before each access; the others go on, and reclaim leaves nothing of the dead. */
  private static void killed(Act act) {
    killed(act, scene -> busy(scene, SECOND));
    // Takes all there is and keeps it: what the dead one freed is live again.
    killed(act, scene -> scene.allocate(SECOND, Scene.GRANULE, 200));
    // Nothing happens: leases that others had are still the same when the dead one is reclaimed.
    killed(act, scene -> {});
  }

  private static void killed(Act act, Consumer<Scene> meanwhile) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      Scene scene = act.scene();
      killed = killedAt(scene, act, n);
      meanwhile.accept(scene);
      scene.assertDisjoint();
      scene.reclaim(SECOND, ME);
      finish(scene, act);
    }
  }

  /**
   * As before, but who reclaims is killed as well, before each of its accesses. Where the dead one
   * leaves just what it would have left one access earlier, that has been tried.
   */
  private static void reclaimerKilled(Act act) {
    boolean killed = true;
    byte[] last = null;
    for (int n = 1; killed; n++) {
      boolean reclaimerKilled = true;
      for (int m = 1; reclaimerKilled; m++) {
        Scene scene = act.scene();
        killed = killedAt(scene, act, n);
        byte[] left = scene.bytes();
        if (m == 1 && Arrays.equals(left, last)) {
          break;
        }
        last = left;
        reclaimerKilled = Stepping.dieAt(m, () -> scene.reclaim(SECOND, ME));
        scene.die(SECOND);
        scene.reclaim(THIRD, SECOND);
        scene.reclaim(THIRD, ME);
        finish(scene, act);
      }
    }
  }

  /** Before each access another participant does a lot. */
  private static void interrupted(Act act) {
    boolean interrupted = true;
    for (int n = 1; interrupted; n++) {
      Scene scene = act.scene();
      interrupted = Stepping.interruptAt(n, () -> busy(scene, SECOND), () -> act.run(scene, ME));
      scene.assertDisjoint();
      scene.die(ME);
      scene.reclaim(SECOND, ME);
      finish(scene, act);
    }
  }

  /**
   * Killed, and another participant does a lot before each access of who reclaims; not tried twice,
   * either.
   */
  private static void reclaimerInterrupted(Act act) {
    boolean killed = true;
    byte[] last = null;
    for (int n = 1; killed; n++) {
      boolean interrupted = true;
      for (int m = 1; interrupted; m++) {
        Scene scene = act.scene();
        killed = killedAt(scene, act, n);
        byte[] left = scene.bytes();
        if (m == 1 && Arrays.equals(left, last)) {
          break;
        }
        last = left;
        interrupted =
            Stepping.interruptAt(m, () -> busy(scene, SECOND), () -> scene.reclaim(THIRD, ME));
        finish(scene, act);
      }
    }
  }

  /**
   * Before each access of an operation another participant begins to free blocks and is killed at
   * one of its accesses; the operation goes on, and both orders of death and reclaim are tried.
   */
  private static void killedWithin(Act act) {
    boolean killed = true;
    for (int m = 1; killed; m++) {
      int at = m;
      boolean interrupted = true;
      for (int n = 1; interrupted; n++) {
        boolean[] killedInside = new boolean[1];
        for (int last : new int[] {ME, SECOND, 0}) {
          Scene scene = act.scene();
          interrupted =
              Stepping.interruptAt(
                  n,
                  () -> killedInside[0] |= Stepping.dieAt(at, () -> scene.free(SECOND, 2)),
                  () -> act.run(scene, ME));
          scene.assertDisjoint();
          finishBoth(scene, act, last);
        }
        killed = n == 1 ? killedInside[0] : killed || killedInside[0];
      }
    }
  }

  /**
   * One is killed while it frees blocks, a third one gets them and gives them to a second, which is
   * killed while it frees them, too; and the two are reclaimed in either order.
   */
  private static void killedInTurn() {
    for (boolean meFirst : new boolean[] {true, false}) {
      boolean killed = true;
      for (int n = 1; killed; n++) {
        boolean secondKilled = true;
        for (int m = 1; secondKilled; m++) {
          Scene scene = Act.ALLOCATE_BESIDE_BLOCKS_OF_ANOTHER.scene();
          scene.handOver(SECOND, ME);
          killed = Stepping.dieAt(n, () -> scene.free(ME, 2));
          scene.allocate(THIRD, 64, 2);
          scene.handOver(THIRD, SECOND);
          secondKilled = Stepping.dieAt(m, () -> scene.free(SECOND, 2));
          scene.die(ME);
          scene.die(SECOND);
          scene.reclaim(THIRD, meFirst ? ME : SECOND);
          scene.reclaim(THIRD, meFirst ? SECOND : ME);
          scene.assertSound();
          scene.assertAllComesBack();
        }
      }
    }
  }

  /**
   * A thread frees two blocks; before each of its accesses the participant's own thread frees one
   * of them, too, takes it again and hands it over to the second, which is killed while it frees
   * it. Then the first is killed as well. One is reclaimed, and before each access of that another
   * one reclaims the other and takes all there is.
   */
  private static void killedWithTwoThreads() {
    try (ExecutorService own = Executors.newSingleThreadExecutor()) {
      boolean killed = true;
      for (int n = 1; killed; n++) {
        boolean secondKilled = true;
        for (int m = 1; secondKilled; m++) {
          boolean interrupted = true;
          for (int k = 1; interrupted; k++) {
            Scene scene = new Scene();
            int at = m;
            boolean[] inside = new boolean[1];
            // Without a lease of the word, so that others can take what comes back.
            await(
                own.submit(
                    () -> {
                      scene.allocate(ME, 64, 2);
                      scene.allocators[ME].flush();
                    }));
            long[] blocks = scene.held.get(ME).stream().mapToLong(a -> a).toArray();
            killed =
                Stepping.dieAt(
                    n,
                    () -> inside[0] = handOverAndKill(scene, own, blocks[1], at),
                    () -> scene.allocators[ME].free(blocks, 0, blocks.length));
            secondKilled = inside[0];
            boolean nowhere = scene.allocators[3].owner(blocks[1]) == 0;
            scene.die(ME);
            scene.die(SECOND);
            Runnable takeAll =
                () -> {
                  scene.reclaim(Scene.OWNERS, SECOND);
                  scene.allocate(Scene.OWNERS, 64, 200);
                };
            interrupted = Stepping.interruptAt(k, takeAll, () -> scene.reclaim(3, ME));
            scene.reclaim(3, SECOND);
            scene.assertSound();
            scene.assertAllComesBack();
            if (!secondKilled || !nowhere) {
              break;
            }
          }
        }
      }
    }
  }

  /**
   * Killed while it frees blocks. Another one takes and frees such blocks, and before each of its
   * accesses a third one reclaims the dead one and takes all there is: a block that the other has
   * in its lease, or in its own record, is not lost.
   */
  private static void reclaimedWithin() {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      boolean interrupted = true;
      for (int m = 1; interrupted; m++) {
        Scene scene = new Scene();
        scene.allocate(ME, 64, 4);
        scene.allocators[ME].flush();
        killed = Stepping.dieAt(n, () -> scene.free(ME, 4));
        scene.die(ME);
        Runnable reclaimAndTakeAll =
            () -> {
              scene.reclaim(THIRD, ME);
              scene.allocate(THIRD, 64, 200);
            };
        interrupted =
            Stepping.interruptAt(
                m,
                reclaimAndTakeAll,
                () -> {
                  scene.allocate(SECOND, 64, 2);
                  // Now only its record shows that it has them, when it has removed their tags.
                  scene.allocators[SECOND].flush();
                  scene.free(SECOND, 2);
                });
        scene.assertDisjoint();
        scene.reclaim(THIRD, ME);
        scene.assertSound();
        scene.assertAllComesBack();
      }
    }
  }

  private static boolean handOverAndKill(Scene scene, ExecutorService own, long block, int at) {
    if (scene.allocators[ME].owner(block) != ME) {
      // The other thread was first. It is inside the lock for which this one would wait.
      return false;
    }
    await(
        own.submit(
            () -> {
              scene.allocators[ME].free(block);
              if (scene.allocators[ME].allocate(64) != block) {
                throw new AssertionError("another block than the one at hand");
              }
              scene.allocators[ME].transfer(block, ME, SECOND);
            }));
    return Stepping.dieAt(at, () -> scene.allocators[SECOND].free(block));
  }

  private static <T> T await(Future<T> result) {
    try {
      return result.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Between any two looks at it: it still counts as a page, so that a walk goes on. */
  private static void anExtentGoes() {
    boolean interrupted = true;
    for (int n = 1; interrupted; n++) {
      Scene scene = new Scene();
      SlabPool pool = new SlabPool(new SlabLayout(scene.geometry), scene.memory);
      long block = scene.allocators[ME].allocate(scene.allocators[ME].largestBlock());
      int page = (int) pool.pageOfGranule(Address.granules(block));
      int[] together = new int[1];
      interrupted =
          Stepping.interruptAt(
              n, () -> pool.table().remove(block), () -> together[0] = pool.pagesTogether(page));
      if (together[0] < 1) {
        throw new AssertionError(together[0] + " pages");
      }
    }
  }

  /** The second is dead; the first goes on, dies and is reclaimed first, or last. */
  private static void finishBoth(Scene scene, Act act, int last) {
    scene.die(SECOND);
    if (last == 0) {
      scene.reclaim(THIRD, SECOND);
      scene.assertSound();
      scene.allocate(ME, 64, 3);
      scene.free(ME, 5);
    } else {
      scene.die(ME);
      scene.reclaim(THIRD, ME + SECOND - last);
      scene.reclaim(THIRD, last);
    }
    finish(scene, act);
  }

  private static boolean killedAt(Scene scene, Act act, int n) {
    boolean killed = Stepping.dieAt(n, () -> act.run(scene, ME));
    scene.die(ME);
    return killed;
  }

  private static void finish(Scene scene, Act act) {
    if (act == Act.RECLAIM) {
      scene.reclaim(THIRD, 3);
    }
    scene.assertSound();
    scene.assertAllComesBack();
  }

  /** Takes and frees all there is, so that every word gets round and slabs change their class. */
  private static void busy(Scene scene, int who) {
    scene.free(who, 2);
    scene.allocate(who, 64, 200);
    scene.free(who, 150);
    scene.allocators[who].flush();
    scene.allocate(who, 900, 3);
    scene.free(who, 10);
    scene.allocators[who].flush();
    scene.allocate(who, 64, 100);
  }
}
