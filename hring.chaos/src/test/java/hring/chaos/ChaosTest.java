package hring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.DeathPolicy;
import hring.api.Hring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A sender and three receivers, processes of their own, are killed, stopped, closed and started
 * again at random for as long as {@code hring.chaos.seconds} says, half of it with each policy. The
 * ledgers they write show in the end what became of every message. {@code hring.chaos.seed} repeats
 * the disturbances of a run.
 */
class ChaosTest {
  private static final int SECONDS = Integer.getInteger("hring.chaos.seconds", 60);
  private static final long SEED =
      Long.getLong("hring.chaos.seed", System.nanoTime() & Integer.MAX_VALUE);

  /** Beyond this, nothing but a hang explains a stall, on however busy a machine. */
  private static final long STALL_MILLIS = Long.getLong("hring.chaos.stall", 5000);

  private static final int MORE_FILES = 8;

  @ParameterizedTest
  @EnumSource(DeathPolicy.class)
  void everyMessageIsAccountedFor(DeathPolicy policy) throws Exception {
    System.out.println("chaos: -Dhring.chaos.seed=" + SEED);
    try (Playground ground = new Playground();
        Chaos chaos = new Chaos(ground, policy, new Random(SEED))) {
      System.out.println(chaos.run(Duration.ofMillis(SECONDS * 500L)));
      assertThat(chaos.figures().receiverKills).as("receivers killed").isPositive();
      assertThat(chaos.figures().stops).as("processes stopped").isPositive();
      assertThat(chaos.observer().longestMillis()).as("stall").isLessThan(STALL_MILLIS);
      assertThat(chaos.figures().filesAtLast)
          .as("open files of the last sender")
          .isLessThanOrEqualTo(chaos.figures().filesAtFirst + MORE_FILES);
      requireNothingLeft(ground.rings());
    }
  }

  @Test
  void scribblingIntoTheRegionCrashesAndHangsNobody() throws Exception {
    System.out.println("scribbling: -Dhring.chaos.seed=" + SEED);
    try (Playground ground = new Playground();
        RegionCorruption scribbling = new RegionCorruption(ground, new Random(SEED))) {
      System.out.println(scribbling.run(Duration.ofMillis(SECONDS * 100L)));
    }
  }

  /** Opening a name clears what its killed senders left. */
  private static void requireNothingLeft(Path rings) throws Exception {
    Hring.sender("chaos").directory(rings).open().close();
    try (Stream<Path> files = Files.list(rings)) {
      assertThat(files).isEmpty();
    }
  }
}
