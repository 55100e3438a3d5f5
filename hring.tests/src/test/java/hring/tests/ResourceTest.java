package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.testkit.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What runs out: the error names it and the remedy, and nothing is left behind. Each child has its
 * own /dev/shm (a mount namespace of its own) or its own limits, so this machine's are not touched.
 */
@Timeout(120)
class ResourceTest {
  private static final long POOL = 1 << 20;
  private static final int OPENED = Integer.getInteger("hring.resource.rings", 500);

  private static boolean canMount() throws InterruptedException {
    try {
      Process probe = new ProcessBuilder("unshare", "--mount", "true").start();
      return probe.waitFor(30, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException e) {
      // There is no such command here: the same as when it is refused.
      return false;
    }
  }

  /** Runs a command in a mount namespace that a shell script has prepared. */
  private static List<String> mounted(String script) throws Exception {
    Assumptions.assumeTrue(
        canMount(),
        "NOT TESTED: a /dev/shm of its own, because this process may not mount (it needs root)");
    return List.of("unshare", "--mount", "sh", "-ec", script + "; exec \"$@\"", "sh");
  }

  private static List<String> shm(String options) throws Exception {
    return mounted("mount -t tmpfs -o " + options + " tmpfs /dev/shm");
  }

  private static String open(List<String> prefix) throws Exception {
    try (ChildJvm child = ChildJvm.start(prefix, List.of(), Opening.class, POOL)) {
      return child.finish();
    }
  }

  @Test
  void opensWhereThereIsRoom() throws Exception {
    assertThat(open(shm("size=8m"))).isEqualTo("opened\nleft: []");
  }

  @Test
  void aTooSmallDirectoryIsNamedAndLeftClean() throws Exception {
    assertThat(open(shm("size=1m")))
        .contains("RegionException", "does not fit into /dev/shm", "hring rm --stale", "remount")
        .endsWith("left: []");
  }

  /** The room is there when it is looked for, and then it is not: a limit stands for the rival. */
  @Test
  void runningOutOfRoomIsNamedAndLeavesNothing() throws Exception {
    assertThat(open(List.of("prlimit", "--fsize=65536")))
        .contains("RegionException", "cannot reserve", "File too large", "ulimit -f")
        .endsWith("left: []");
  }

  /** The directory itself is one, the region another. */
  @Test
  void runningOutOfInodesIsNamedAndLeavesNothing() throws Exception {
    assertThat(open(shm("size=8m,nr_inodes=1")))
        .contains("RegionException", "No space left on device", "inodes")
        .endsWith("left: []");
    assertThat(open(shm("size=8m,nr_inodes=2"))).isEqualTo("opened\nleft: []");
  }

  @Test
  void aReadOnlyDirectoryIsNamed() throws Exception {
    assertThat(open(shm("ro")))
        .contains("RegionException", "/dev/shm", "Read-only file system", "writable")
        .endsWith("left: []");
  }

  @Test
  void aMissingDirectoryIsNamed() throws Exception {
    String devices =
        "mount -t tmpfs tmpfs /dev; mknod /dev/null c 1 3; mknod /dev/random c 1 8;"
            + " mknod /dev/urandom c 1 9";
    assertThat(open(mounted(devices)))
        .contains("RegionException", "/dev/shm", "it must exist")
        .endsWith("left: none");
  }

  /**
   * Linux charges the memory of a ring to an ordinary user; before 5.12 and where it does not, it
   * opens.
   */
  @Test
  void theLimitOfLockedMemoryIsNamed() throws Exception {
    OtherUsers.require("RLIMIT_MEMLOCK, which root is free of");
    List<String> prefix = new ArrayList<>(List.of("prlimit", "--memlock=0"));
    prefix.addAll(OtherUsers.as("65534"));
    assertThat(open(prefix))
        .matches(
            "(?s)opened.*|.*TransportException.*RLIMIT_MEMLOCK.*Max locked memory.*ulimit -l.*")
        .endsWith("left: []");
  }

  /** With no, one, two, ... descriptors left, until it opens: each step of opening fails once. */
  @Test
  void runningOutOfDescriptorsIsNamedAtEachStep() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(List.of("prlimit", "--nofile=256"), List.of(), FdExhaustion.class, POOL)) {
      List<String> lines = child.finish().lines().toList();
      assertThat(lines.getLast()).isEqualTo("left: []");
      assertThat(lines).filteredOn(l -> l.equals("opened")).hasSize(1);
      List<String> refused = lines.subList(0, lines.size() - 2);
      assertThat(refused)
          .hasSizeGreaterThan(2)
          .allSatisfy(
              line ->
                  assertThat(line)
                      .contains("Exception: ")
                      .containsAnyOf("Too many open files", "ulimit -n"));
    }
  }

  @Test
  @Timeout(360)
  void openingAndClosingAgainAndAgainLeaksNothing() throws Exception {
    try (ChildJvm child = ChildJvm.start(List.of(), List.of(), Repeating.class, POOL, OPENED)) {
      List<String> lines = child.finish(Duration.ofSeconds(300)).lines().toList();
      assertThat(lines).hasSize(2);
      assertThat(lines.get(1)).as("descriptors, threads, mappings, files").isEqualTo(lines.get(0));
    }
  }
}
