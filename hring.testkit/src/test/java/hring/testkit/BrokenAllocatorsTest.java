package hring.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;

import hring.api.spi.Allocator;
import hring.api.spi.AllocatorMemory;
import hring.api.spi.AllocatorProvider;
import hring.api.spi.PoolGeometry;
import hring.testkit.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * Each broken allocator is caught by the property that is meant for it, and the sound one by none.
 */
@Timeout(120)
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
      Consumer<AllocatorContract> property) {
    property.accept(contract(new ChunkProvider()));
    AllocatorContract contract = contract(BrokenAllocators.provider(broken));
    assertThrows(Throwable.class, () -> property.accept(contract));
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
    caught(BrokenAllocators.Overlapping::new, c -> c.liveBlocksNeverOverlap(full));
  }

  @Test
  void leakOnFree() {
    caught(BrokenAllocators.Leaking::new, c -> c.whatIsFreedCanBeAllocatedAgain(STEPS));
  }

  @Test
  void exceptionWhenFull() {
    caught(BrokenAllocators.Throwing::new, c -> c.exhaustionGivesNullAndChangesNothing(STEPS));
  }

  @Test
  void impossibleSizeAccepted() {
    caught(BrokenAllocators.Cutting::new, c -> c.impossibleSizesAreRefused(1 << 20));
  }

  @Test
  void doubleFreeAccepted() {
    caught(BrokenAllocators.DoublyFreeing::new, c -> c.badFreesAreRefused(STEPS, List.of(1L)));
  }

  @Test
  void foreignBlockTransferred() {
    caught(BrokenAllocators.Generous::new, c -> c.onlyTheOwnerTransfers(STEPS));
  }

  @Test
  void reclaimForgets() {
    caught(BrokenAllocators.Forgetful::new, c -> c.reclaimIsExact(STEPS));
  }

  @Test
  void reclaimTakesTooMuch() {
    caught(BrokenAllocators.Greedy::new, c -> c.reclaimIsExact(STEPS));
  }

  @Test
  void reclaimOfTheLiving() {
    caught(BrokenAllocators.Murderous::new, c -> c.reclaimIsExact(STEPS));
  }

  @Test
  void truthOutsideTheRegion() {
    caught(BrokenAllocators.Private::new, c -> c.whoAttachesLaterSeesTheSame(STEPS));
  }

  @Test
  void statsThatBoast() {
    caught(BrokenAllocators.Boastful::new, c -> c.theLargestFreeBlockCanBeHad(STEPS));
  }

  @Test
  void verifyThatSeesNothing() {
    caught(BrokenAllocators.Blind::new, c -> c.noiseIsNoticed(STEPS, 1));
  }

  @Test
  void verifyThatThrows() {
    caught(
        BrokenAllocators.Fragile::new,
        c -> c.damagedWordsGiveCleanExceptions(STEPS, List.of(3L, 7L << 32 | 1, 5L, -1L)));
  }

  @Test
  void blockedByWhoIsStopped() {
    List<Step> steps = STEPS.subList(0, 2);
    Executable stop = () -> lab(new BrokenAllocators.LockingProvider(), steps);
    assertThrows(AssertionError.class, stop);
  }

  private static void lab(AllocatorProvider provider, List<Step> steps) {
    String limit = System.setProperty("hring.testkit.watchdog", "3");
    try {
      new CrashContract() {
        @Override
        protected AllocatorProvider provider() {
          return provider;
        }

        @Override
        protected PoolGeometry geometry() {
          return new PoolGeometry(16 << 10, PoolGeometry.DEFAULT_GRANULE, 8);
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
