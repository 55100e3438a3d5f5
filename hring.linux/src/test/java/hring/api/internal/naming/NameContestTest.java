package hring.api.internal.naming;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.NameException;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.RegionFixture;
import java.util.ArrayList;
import java.util.List;
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
    assertThat(won).as("somebody gets it nearly always").hasValueGreaterThan(ROUNDS);
    assertThat(lost).as("they did meet").hasPositiveValue();
    assertThat(directory.named(name)).isEmpty();
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
