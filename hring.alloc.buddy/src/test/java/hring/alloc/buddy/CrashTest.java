package hring.alloc.buddy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.alloc.buddy.Operation.Start;
import hring.api.spi.alloc.Owner;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Participant 1 is killed before each single access of an operation. */
@Timeout(60)
final class CrashTest {
  /** In an empty pool these take half of it at most; the rest must be there for others. */
  private static final Set<Operation> HALF_AT_MOST =
      EnumSet.of(Operation.ALLOCATE_ONE, Operation.ALLOCATE_FOUR, Operation.ALLOCATE_HALF);

  static Stream<Arguments> cases() {
    return Stream.of(Start.values())
        .flatMap(start -> Stream.of(Operation.values()).map(op -> Arguments.of(start, op)));
  }

  /** Runs the operation up to its n-th access. */
  static boolean killedAt(Scene scene, Operation operation, int owner, int n) {
    scene.steps[owner].killBefore(n);
    try {
      operation.run(scene, owner);
      return false;
    } catch (Steps.Killed e) {
      return true;
    } finally {
      scene.die(owner);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void reclaimLeavesNothingOfTheDead(Start start, Operation operation) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      Scene scene = start.scene();
      killed = killedAt(scene, operation, 1, n);
      scene.reclaim(3, 1);
      assertEquals(0, scene.reclaim(3, 1), "a second reclaim found something");
      scene.assertSound();
    }
  }

  /** What it held is given to another before it is reclaimed: redelivery. */
  @ParameterizedTest
  @MethodSource("cases")
  void blocksTransferredFromTheDeadStayWhole(Start start, Operation operation) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      Scene scene = start.scene();
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
  @Test
  void aBlockThatItHadBegunToFreeStaysWhole() {
    int halfFreed = 0;
    boolean killed = true;
    for (int n = 1; killed; n++) {
      Scene scene = new Scene(16);
      scene.allocate(1, 2);
      long block = scene.blocks.get(1).getFirst();
      killed = killedAt(scene, Operation.FREE_OLDEST, 1, n);
      if (killed && scene.allocators[3].owner(block) == Owner.NONE) {
        // The kill comes before the next access of the tree, when the entry is gone already: as if
        // it had come before that, and the entry had been changed since.
        BuddyLayout.blockTable(scene.pool.memory).enter(block, 2);
        scene.blocks.get(2).add(block);
        halfFreed++;
      }
      scene.reclaim(3, 1);
      scene.assertSound();
    }
    assertTrue(halfFreed > 0, "no block was half freed");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aDeadParticipantDoesNotBlockOthers(Start start, Operation operation) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      Scene scene = start.scene();
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

  @ParameterizedTest
  @MethodSource("cases")
  void reclaimKilledInTheMiddleIsFinishedByTheNext(Start start, Operation operation) {
    boolean killed = true;
    for (int n = 1; killed; n++) {
      boolean reclaimerKilled = true;
      for (int m = 1; reclaimerKilled; m++) {
        Scene scene = start.scene();
        killed = killedAt(scene, operation, 1, n);
        scene.steps[2].killBefore(m);
        try {
          scene.reclaim(2, 1);
          reclaimerKilled = false;
        } catch (Steps.Killed e) {
          scene.die(2);
        }
        if (reclaimerKilled) {
          scene.reclaim(3, 2);
        }
        scene.reclaim(3, 1);
        scene.assertSound();
      }
    }
  }
}
