package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What ls shows of what dead senders left, and what rm makes of it; in a directory of its own. */
class RemoveIT extends CommandScene {
  @Test
  void theRestIsRemovedWhenOneCannotBeAndTheEndSaysSo() throws Exception {
    String foreignName = "a:99:99:1:1:0123456789abcdef";
    Path foreign = Files.writeString(directory().resolve(foreignName), "no region");
    leaveStale("a", "b");
    try (Command remove = hring("rm", "--stale", "--dir", directory().toString())) {
      assertThat(remove.ends(ExitCode.ERROR).error())
          .startsWith("hring: left ")
          .contains(foreign.toString());
      assertThat(files()).contains(foreignName).noneMatch(file -> file.startsWith("b:"));
    }
  }

  @Test
  void allStaleRingsAreRemovedAndALivingOneStays() throws Exception {
    try (Command _ = open("c")) {
      leaveStale("a", "b");
      Command remove = hring("rm", "--stale", "--dir", directory().toString());
      assertThat(remove.ends(ExitCode.OK).error()).isEmpty();
      assertThat(remove.out()).content().contains("/a:", "/b:").hasLineCount(2);
      assertThat(files()).anyMatch(file -> file.startsWith("c:"));
    }
  }

  @Test
  void listNamesTheConditionOfEachEntry() throws Exception {
    String longName = "a-name-of-more-than-24-letters";
    Files.writeString(directory().resolve("foreign:99:99:1:1:0123456789abcdef"), "no region");
    try (Command _ = open(longName)) {
      leaveStale("stale-one");
      Command list = hring("ls", "--dir", directory().toString());
      assertThat(Files.readAllLines(list.ends(ExitCode.OK).out()))
          .hasSize(4)
          .anyMatch(line -> line.matches(longName + " +alive +\\d+ .*"))
          .anyMatch(line -> line.matches("stale-one +stale +\\d+ .*"))
          .anyMatch(line -> line.matches("foreign +unreadable +99 .*"))
          // The columns are as wide as the longest name needs.
          .allMatch(line -> line.substring(longName.length()).matches("  \\S.*"));
    }
  }

  /** As in containers that run as any user; and the number is more than an int holds. */
  @Test
  void aUserWhoHasNoNameRemovesWhatIsItsOwn() throws Exception {
    String user = "3420080244";
    List<String> as = List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups");
    requireReader(as);
    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxrwxrwx"));
    String dir = directory().toString();
    leaveStale("roots");
    try (Command send = as(as, "send", "users", "--pool", "64K", "--dir", dir)) {
      await("the ring", () -> files().anyMatch(file -> file.startsWith("users:")));
      try (Command list = hring("ls", "--dir", dir)) {
        assertThat(list.ends(ExitCode.OK).out()).content().containsPattern("users +alive.*" + user);
      }
      send.kill();
    }
    try (Command remove = as(as, "rm", "--stale", "--dir", dir)) {
      assertThat(remove.ends(ExitCode.OK).out()).content().contains("/users:").hasLineCount(1);
    }
    assertThat(files()).singleElement().asString().startsWith("roots:");
  }

  private Command as(List<String> user, String... args) throws IOException {
    List<String> line = new ArrayList<>(user);
    line.add(Checkout.command().toString());
    line.addAll(List.of(args));
    return Command.start(null, temp, Map.of(), line);
  }

  /** Skips the test if there can be no such user here, or one that reads what is to be run. */
  private void requireReader(List<String> user) throws Exception {
    List<String> look = new ArrayList<>(user);
    look.addAll(List.of("ls", Checkout.command().toString(), System.getProperty("hring.modules")));
    try (Command possible = Command.start(null, temp, Map.of(), look)) {
      possible.process().onExit().join();
      Assumptions.assumeTrue(
          possible.error().isEmpty(),
          "NOT TESTED: rm of a user without a name, because of: " + possible.error());
    }
  }

  private Command open(String ring) throws Exception {
    String dir = directory().toString();
    Command send = hring("send", ring, "--allocator", "slab", "--pool", "64K", "--dir", dir);
    await("the ring " + ring, () -> files().anyMatch(file -> file.startsWith(ring + ":")));
    return send;
  }

  /** Together: whoever opens a ring removes what is stale. */
  private void leaveStale(String... rings) throws Exception {
    List<Command> senders = new ArrayList<>();
    for (String ring : rings) {
      senders.add(open(ring));
    }
    for (Command sender : senders) {
      sender.kill();
      sender.close();
    }
  }

  private Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
