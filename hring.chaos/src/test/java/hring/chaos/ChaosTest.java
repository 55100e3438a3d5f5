package hring.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A sender and three receivers, processes of their own, are killed, stopped, closed and started
 * again at random for as long as {@code hring.chaos.seconds} says, or longer, until each kind of
 * disturbance has happened: most of it, in equal parts, with each policy of a ring that delivers to
 * one, the rest where it delivers to each. The ledgers they write show in the end what became of
 * every message. {@code hring.chaos.seed} repeats the disturbances of a run; {@code
 * hring.chaos.namespaces=true} gives each process a pid namespace.
 */
class ChaosTest {
  private static final int SECONDS = Integer.getInteger("hring.chaos.seconds", 20);
  private static final long SEED =
      Long.getLong("hring.chaos.seed", System.nanoTime() & Integer.MAX_VALUE);

  /** Beyond this, nothing but a hang explains a stall, on however busy a machine. */
  private static final long STALL_MILLIS = Long.getLong("hring.chaos.stall", 5000);

  private static final int MORE_FILES = 8;

  /** Whether all of it is done in namespaces. */
  private static final boolean IN_NAMESPACES = Boolean.getBoolean("hring.chaos.namespaces");

  /** A pid namespace for each process, which is the first there, with the /proc of the old one. */
  private static final List<String> NAMESPACE =
      List.of("unshare", "--pid", "--fork", "--kill-child");

  @ParameterizedTest
  @EnumSource(Mode.class)
  void everyMessageIsAccountedFor(Mode mode) throws Exception {
    run(mode, IN_NAMESPACES, SECONDS * (mode.isToEach() ? 160L : 420L));
  }

  /** Less than half of a policy's time, in namespaces: who is alive is told there as anywhere. */
  @Test
  void everyMessageIsAccountedForWhereEachProcessHasAPidNamespace() throws Exception {
    Assumptions.assumeFalse(IN_NAMESPACES, "all of it is done there");
    run(Mode.REDELIVER, true, SECONDS * 170L);
  }

  private static void run(Mode mode, boolean inNamespaces, long millis) throws Exception {
    System.out.println("chaos: -Dhring.chaos.seed=" + SEED);
    if (inNamespaces) {
      requireNamespaces();
    }
    try (Playground ground = new Playground();
        Chaos chaos =
            new Chaos(ground, inNamespaces ? NAMESPACE : List.of(), mode, new Random(SEED))) {
      String table = chaos.run(Duration.ofMillis(millis));
      System.out.println(table);
      if (!inNamespaces) {
        assertThat(chaos.figures().hasEachKind()).as("each kind, %s", table).isTrue();
      }
      assertThat(chaos.evictions() > 0).as("somebody was evicted").isEqualTo(mode.isToEach());
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
      System.out.println(scribbling.run(Duration.ofMillis(Math.max(4_000, SECONDS * 100L))));
    }
  }

  private static void requireNamespaces() throws Exception {
    List<String> probe = new ArrayList<>(NAMESPACE);
    probe.add("true");
    boolean works;
    try {
      works = new ProcessBuilder(probe).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      // There is no such command here: the same as when it is refused.
      works = false;
    }
    Assumptions.assumeTrue(
        works, "NOT TESTED: pid namespaces, because " + String.join(" ", NAMESPACE) + " fails");
  }

  /** Opening a name clears what its killed senders left. */
  private static void requireNothingLeft(Path rings) throws Exception {
    Hring.sender("chaos").directory(rings).open().close();
    try (Stream<Path> files = Files.list(rings)) {
      assertThat(files).isEmpty();
    }
  }
}
