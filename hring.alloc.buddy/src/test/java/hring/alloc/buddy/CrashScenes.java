package hring.alloc.buddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.alloc.buddy.Operation.Start;
import hring.api.spi.alloc.Owner;
import hring.testkit.Stepping;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What {@link CrashTest} runs in steps. */
final class CrashScenes implements Consumer<String> {
  /** In an empty pool these take half of it at most; the rest must be there for others. */
  private static final Set<Operation> HALF_AT_MOST =
      EnumSet.of(Operation.ALLOCATE_ONE, Operation.ALLOCATE_FOUR, Operation.ALLOCATE_HALF);

  @Override
  public void accept(String what) {
    if (what.equals("killed while it frees, and the entry is there again")) {
      whatItHadBegunToFreeIsWholeAgain();
      return;
    }
    for (Start start : Start.values()) {
      for (Operation operation : Operation.values()) {
        try {
          switch (what) {
            case "killed" -> killed(start, operation);
            case "killed, and its blocks transferred" -> blocksTransferred(start, operation);
            case "killed, and others go on" -> othersGoOn(start, operation);
            case "reclaimer killed" -> reclaimerKilled(start, operation);
            default -> throw new IllegalArgumentException(what);
          }
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(start + ", " + operation + ": " + e.getMessage(), e);
        }
      }
    }
  }

  /** Runs the operation up to its n-th access. */
  static boolean killedAt(Scene scene, Operation operation, int owner, long n) {
    boolean killed = Stepping.dieAt(n, () -> operation.run(scene, owner));
    scene.die(owner);
    return killed;
  }

  /** Reclaim leaves nothing of the dead. */
  private static void killed(Start start, Operation operation) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      Scene scene = operation.prepare(start.scene(), 1);
      killed = killedAt(scene, operation, 1, n);
      scene.reclaim(3, 1);
      assertEquals(0, scene.reclaim(3, 1), "a second reclaim found something");
      scene.assertSound();
    }
  }

  /** What it held is given to another before it is reclaimed: redelivery. */
  private static void blocksTransferred(Start start, Operation operation) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      Scene scene = operation.prepare(start.scene(), 1);
      killed = killedAt(scene, operation, 1, n);
      List<Long> saved = new ArrayList<>();
      scene.allocators[3].forEachBlock(1, saved::add);
      saved.forEach(block -> scene.allocators[3].transfer(block, 1, 2));
      scene.blocks.get(2).addAll(saved);
      scene.reclaim(3, 1);
      scene.assertSound();
    }
  }

  /** The same, if it died right after it had marked a block as being freed. */
  private static void whatItHadBegunToFreeIsWholeAgain() {
    int halfFreed = 0;
    boolean killed = true;
    for (int n = 1; killed; n++) {
      Scene scene = new Scene(16);
      scene.allocate(1, 2);
      long block = scene.blocks.get(1).getFirst();
      killed = killedAt(scene, Operation.FREE_OLDEST, 1, n);
      if (killed && scene.allocators[3].owner(block) == Owner.NONE) {
        // As if the kill had come just before the entry was removed, and the entry had been changed
        // since.
        BuddyLayout.blockTable(scene.pool.memory).enter(block, 2);
        scene.blocks.get(2).add(block);
        halfFreed++;
      }
      scene.reclaim(3, 1);
      scene.assertSound();
    }
    assertTrue(halfFreed > 0, "no block was half freed");
  }

  private static void othersGoOn(Start start, Operation operation) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      Scene scene = operation.prepare(start.scene(), 1);
      killed = killedAt(scene, operation, 1, n);
      scene.fill();
      scene.assertDisjoint();
      if (start != Start.MIXED && HALF_AT_MOST.contains(operation)) {
        int had = scene.blocks.get(3).size();
        assertTrue(had >= 8, "the survivor got only " + had + " of 16 granules");
      }
      scene.reclaim(3, 1);
      scene.assertSound();
    }
  }

  /** Who reclaims dies too, and the next one finishes it. */
  private static void reclaimerKilled(Start start, Operation operation) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      boolean reclaimerKilled = true;
      for (int m = 1; reclaimerKilled; m++) {
        Scene scene = operation.prepare(start.scene(), 1);
        killed = killedAt(scene, operation, 1, n);
        reclaimerKilled = Stepping.dieAt(m, () -> scene.reclaim(2, 1));
        if (reclaimerKilled) {
          scene.die(2);
          scene.reclaim(3, 2);
        }
        scene.reclaim(3, 1);
        scene.assertSound();
      }
    }
  }
}
