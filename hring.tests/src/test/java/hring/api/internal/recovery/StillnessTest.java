package hring.api.internal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import hring.api.RingInfo;
import hring.api.RingInfo.Condition;
import hring.api.internal.Providers;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.testkit.ChildJvm;
import hring.tests.ReceiverToKill;
import hring.tests.SequenceMessages;
import hring.tests.TestRings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A ring on which nothing is claimed is looked after when it has its turn, one on which something
 * is in each round. Its sender is stopped: nobody else looks after it.
 */
@Timeout(120)
class StillnessTest {
  /** More than a second has. */
  private static final int ROUNDS = 12;

  private final String name = TestRings.uniqueRing();

  @Test
  void aDeathIsFoundInTheNextRoundIfAnythingIsClaimedAndElseInItsTurn() throws Exception {
    Path file = null;
    try (ChildJvm sender = ChildJvm.start(SequenceMessages.Send.class, name, 20, 16, "hang")) {
      file = awaitFile();
      try (Region region = Region.attach(file, true)) {
        Participant self = region.participants().join();
        Allocator allocator =
            Providers.allocator(region.header().allocator(), region.header().allocatorOptions())
                .attach(region.allocatorMemory(), self.owner());
        Recovery recovery = new Recovery(region, allocator, self.owner());
        Janitor janitor = Janitor.ofReceiver(region, recovery);
        sender.awaitOutput("submitted");
        sender.stop();
        try (ChildJvm idle = ChildJvm.start(ReceiverToKill.class, name, "attached")) {
          idle.awaitOutput(ReceiverToKill.READY);
          rounds(janitor);
          assertThat(recovery.isStill()).isTrue();
          idle.kill();
        }
        rounds(janitor);
        assertThat(region.participants().deaths()).isZero();
        janitor.round(true);
        assertThat(region.participants().deaths()).isEqualTo(1);
        rounds(janitor);
        assertThat(recovery.isStill()).isTrue();
        try (ChildJvm holding = ChildJvm.start(ReceiverToKill.class, name, "holding")) {
          holding.awaitOutput(ReceiverToKill.READY);
          // It has claimed, and while it holds anything it is not still either.
          rounds(janitor);
          assertThat(recovery.isStill()).isFalse();
          holding.kill();
        }
        janitor.round(false);
        assertThat(region.participants().deaths()).isEqualTo(2);
        janitor.rethrow();
        recovery.leave(self);
      }
    } finally {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void rounds(Janitor janitor) {
    for (int i = 0; i < ROUNDS; i++) {
      janitor.round(false);
    }
  }

  private Path awaitFile() throws InterruptedException {
    Optional<Path> file = Optional.empty();
    while (file.isEmpty()) {
      Thread.sleep(5);
      file =
          Hring.rings().stream()
              .filter(ring -> ring.name().equals(name) && ring.condition() == Condition.ALIVE)
              .map(RingInfo::file)
              .findFirst();
    }
    return file.get();
  }
}
