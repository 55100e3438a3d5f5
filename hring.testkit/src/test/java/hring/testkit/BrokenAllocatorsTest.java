package hring.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import hring.testkit.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each broken allocator is caught by the property that is meant for it, and the sound one by none.
 */
@Timeout(600)
class BrokenAllocatorsTest {
  private static final long SIZE = 1000;

  /** Some of each: what an unlucky draw would leave out is here. */
  private static final List<Step> STEPS =
      List.of(
          new Step(Kind.ALLOCATE, 0, 0, SIZE),
          new Step(Kind.ALLOCATE, 1, 0, SIZE),
          new Step(Kind.ALLOCATE, 2, 0, SIZE),
          new Step(Kind.ALLOCATE, 2, 0, 1),
          new Step(Kind.ALLOCATE, 1, 0, 1),
          new Step(Kind.SEND, 1, 0, 0),
          new Step(Kind.ALLOCATE, 0, 0, SIZE),
          new Step(Kind.FREE, 0, 0, 0));

  private static void caught(
      BiFunction<AllocatorMemory, Integer, Allocator> broken,
      String reason,
      Consumer<AllocatorContract> property) {
    property.accept(contract(new ChunkProvider()));
    AllocatorContract contract = contract(BrokenAllocators.provider(broken));
    assertThatThrownBy(() -> property.accept(contract)).hasMessageContaining(reason);
  }

  private static AllocatorContract contract(AllocatorProvider provider) {
    return new AllocatorContract() {
      @Override
      protected AllocatorProvider provider() {
        return provider;
      }
    };
  }

  @Test
  void overlappingBlocks() {
    List<Step> full = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      full.add(new Step(Kind.ALLOCATE, 0, 0, SIZE));
    }
    caught(
        BrokenAllocators.Overlapping::new,
        "overlaps the live block",
        c -> c.liveBlocksNeverOverlap(full));
  }

  @Test
  void leakOnFree() {
    caught(
        BrokenAllocators.Leaking::new,
        "that fit after all were freed",
        c -> c.whatIsFreedCanBeAllocatedAgain(STEPS));
  }

  @Test
  void exceptionWhenFull() {
    caught(
        BrokenAllocators.Throwing::new, "full", c -> c.exhaustionGivesNullAndChangesNothing(STEPS));
  }

  @Test
  void impossibleSizeAccepted() {
    caught(
        BrokenAllocators.Cutting::new,
        "allocate(1048576) gave",
        c -> c.impossibleSizesAreRefused(1 << 20));
  }

  @Test
  void doubleFreeAccepted() {
    caught(
        BrokenAllocators.DoublyFreeing::new,
        "could free",
        c -> c.badFreesAreRefused(STEPS, List.of(1L)));
  }

  @Test
  void foreignBlockTransferred() {
    caught(
        BrokenAllocators.Generous::new,
        "could be transferred",
        c -> c.onlyTheOwnerTransfers(STEPS));
  }

  @Test
  void batchTakenForABlock() {
    caught(
        BrokenAllocators.Mistaking::new,
        "owner of a batch with the address of",
        c -> c.liveBlocksNeverOverlap(STEPS));
  }

  @Test
  void reclaimForgets() {
    caught(
        BrokenAllocators.Forgetful::new,
        "blocks reclaimed of participant",
        c -> c.reclaimIsExact(STEPS));
  }

  @Test
  void reclaimTakesTooMuch() {
    caught(BrokenAllocators.Greedy::new, "expected 255, found 0", c -> c.reclaimIsExact(STEPS));
  }

  @Test
  void reclaimOfTheLiving() {
    caught(BrokenAllocators.Murderous::new, "reclaim(1) took", c -> c.reclaimIsExact(STEPS));
  }

  @Test
  void truthOutsideTheRegion() {
    caught(
        BrokenAllocators.Private::new,
        "blocks reclaimed of participant",
        c -> c.whoAttachesLaterSeesTheSame(STEPS));
  }

  @Test
  void statsThatBoast() {
    caught(
        BrokenAllocators.Boastful::new,
        "stats().largestFree",
        c -> c.theLargestFreeBlockCanBeHad(STEPS));
  }

  @Test
  void verifyThatSeesNothing() {
    caught(BrokenAllocators.Blind::new, "finds nothing broken", c -> c.noiseIsNoticed(STEPS, 1));
  }

  @Test
  void verifyThatThrows() {
    caught(
        BrokenAllocators.Fragile::new,
        "verify() threw",
        c -> c.damagedWordsGiveCleanExceptions(STEPS, List.of(3L, 7L << 32 | 1, 5L, -1L)));
  }

  @Test
  void ownerThatThrows() {
    caught(
        BrokenAllocators.Reluctant::new,
        "owner(",
        c -> c.damagedWordsGiveCleanExceptions(STEPS, List.of(3L, 7L << 32 | 1, 5L, -1L)));
  }

  @Test
  void blockedByWhoIsStopped() {
    List<Step> steps = STEPS.subList(0, 2);
    assertThatThrownBy(() -> lab(new BrokenAllocators.LockingProvider(), steps))
        .hasMessageContaining("ALLOCATE of 2 bytes, stopped before its access")
        .hasMessageContaining("allocate(2) did not come to an end within");
  }

  private static void lab(AllocatorProvider provider, List<Step> steps) {
    String limit = System.setProperty("hring.testkit.watchdog", "10");
    try {
      new CrashContract() {
        @Override
        protected AllocatorProvider provider() {
          return provider;
        }

        @Override
        protected PoolGeometry geometry() {
          return new PoolGeometry(16 << 10, 64, 8);
        }
      }.aStopAtAnyStepHoldsUpNobody(steps, 1);
    } finally {
      if (limit == null) {
        System.clearProperty("hring.testkit.watchdog");
      } else {
        System.setProperty("hring.testkit.watchdog", limit);
      }
    }
  }
}
