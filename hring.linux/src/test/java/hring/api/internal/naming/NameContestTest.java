package hring.api.internal.naming;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.NameException;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.RegionFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Senders that open one name at the same time. */
@Timeout(120)
class NameContestTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 300;

  private final RingDirectory directory = new RingDirectory(RegionFiles.SHM);
  private final String name = "contest-" + ProcessHandle.current().pid();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger won = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();

  @Test
  void aNameHasOneHolderAtATime() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofPlatform().start(this::openOftenAndClose));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(won.get() + lost.get()).isEqualTo(THREADS * ROUNDS);
    assertThat(most).as("open at a time").hasValue(1);
    assertThat(won).as("somebody gets it").hasPositiveValue();
    assertThat(lost).as("they did meet").hasPositiveValue();
    assertThat(directory.named(name)).isEmpty();
  }

  /** They begin together, and whoever gets it keeps it until the others have tried. */
  @Test
  void oneOfThoseThatMeetGetsIt() throws Exception {
    CyclicBarrier all = new CyclicBarrier(THREADS);
    List<CompletableFuture<Void>> contestants = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      contestants.add(
          CompletableFuture.runAsync(() -> contest(all), task -> Thread.ofPlatform().start(task)));
    }
    for (CompletableFuture<Void> contestant : contestants) {
      contestant.get();
    }
    assertThat(won).hasValue(ROUNDS);
    assertThat(lost).hasValue((THREADS - 1) * ROUNDS);
  }

  private void contest(CyclicBarrier all) {
    for (int round = 0; round < ROUNDS; round++) {
      meet(all);
      try (Region region = RegionFixture.unpublished(name)) {
        try {
          region.publish(7, 8, 16);
          NameContest.win(directory, region);
          region.markOpen();
          won.incrementAndGet();
        } catch (NameException e) {
          lost.incrementAndGet();
          // At once: whoever is to get it waits until this one is gone.
          region.delete();
        }
        meet(all);
        region.delete();
      }
    }
  }

  private static void meet(CyclicBarrier all) {
    try {
      all.await(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the others do not come", e);
    }
  }

  private void openOftenAndClose() {
    for (int round = 0; round < ROUNDS; round++) {
      try (Region region = RegionFixture.unpublished(name)) {
        try {
          region.publish(7, 8, 16);
          NameContest.win(directory, region);
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          region.markOpen();
          won.incrementAndGet();
          Thread.yield();
          inside.decrementAndGet();
        } catch (NameException e) {
          lost.incrementAndGet();
        } finally {
          region.delete();
        }
      }
    }
  }
}
