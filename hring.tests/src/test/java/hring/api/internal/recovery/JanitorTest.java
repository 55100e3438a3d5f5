package hring.api.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.internal.Providers;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.Users;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionFiles;
import hring.tests.TestRings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The janitor while nothing happens. */
@Tag("garbage")
@Timeout(120)
class JanitorTest {
  private static final int ROUNDS = 100_000;

  private static final int COUNTS = 5;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void roundsInWhichNobodyDiesAllocateNothing() throws IOException {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).open();
        Receiver _ = Hring.receiver(name).attach();
        Receiver _ = Hring.receiver(name).attach();
        Region region =
            Region.attach(new RingDirectory(RegionFiles.SHM).find(name, Users.own()), true);
        Allocator allocator =
            Providers.allocator(region.header().allocator(), region.header().allocatorOptions())
                .attach(region.allocatorMemory(), Owner.NONE)) {
      Janitor janitor =
          Janitor.ofSender(
              region, new Recovery(region, allocator, Participants.SENDER), Thread.currentThread());
      boolean named = true;
      long least = Long.MAX_VALUE;
      for (int i = 0; i < COUNTS; i++) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < ROUNDS; round++) {
          janitor.round(true);
          // What a sender's janitor does now and then, for the region that it has made.
          named &= region.hasName();
        }
        least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
      }
      janitor.rethrow();
      assertThat(named).isTrue();
      assertThat(least).as("bytes in " + ROUNDS + " rounds").isZero();
      assertThat(sender.receivers()).isEqualTo(2);
    }
  }
}
