package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What ls shows of what dead senders left, and what rm makes of it; in a directory of its own. */
class RemoveIT extends CommandScene {
  @Test
  void theRestIsRemovedWhenOneCannotBeAndTheEndSaysSo() throws Exception {
    leaveStale("a");
    Path foreign = Files.writeString(directory().resolve("a:99:99:1:1"), "no region");
    leaveStale("b");
    try (Command remove = hring("rm", "--stale", "--dir", directory().toString())) {
      assertThat(remove.ends(ExitCode.ERROR).error())
          .startsWith("hring: left ")
          .contains(foreign.toString());
      assertThat(files()).contains("a:99:99:1:1").noneMatch(file -> file.startsWith("b:"));
    }
  }

  @Test
  void allStaleRingsAreRemovedAndALivingOneStays() throws Exception {
    leaveStale("a");
    leaveStale("b");
    try (Command _ = open("c");
        Command remove = hring("rm", "--stale", "--dir", directory().toString())) {
      assertThat(remove.ends(ExitCode.OK).error()).isEmpty();
      assertThat(remove.out()).content().contains("/a:", "/b:").hasLineCount(2);
      assertThat(files()).anyMatch(file -> file.startsWith("c:"));
    }
  }

  @Test
  void theListSaysOfEachEntryWhatItIs() throws Exception {
    String longName = "a-name-of-more-than-24-letters";
    leaveStale("stale-one");
    Files.writeString(directory().resolve("foreign:99:99:1:1"), "no region");
    try (Command _ = open(longName);
        Command list = hring("ls", "--dir", directory().toString())) {
      assertThat(Files.readAllLines(list.ends(ExitCode.OK).out()))
          .hasSize(4)
          .anyMatch(line -> line.matches(longName + " +alive +\\d+ .*"))
          .anyMatch(line -> line.matches("stale-one +stale +\\d+ .*"))
          .anyMatch(line -> line.matches("foreign +unreadable +99 .*"))
          // The columns are as wide as the longest name needs.
          .allMatch(line -> line.substring(longName.length()).matches("  \\S.*"));
    }
  }

  private Command open(String ring) throws Exception {
    String dir = directory().toString();
    Command send = hring("send", ring, "--allocator", "slab", "--pool", "64K", "--dir", dir);
    await("the ring " + ring, () -> files().anyMatch(file -> file.startsWith(ring + ":")));
    return send;
  }

  private void leaveStale(String ring) throws Exception {
    try (Command send = open(ring)) {
      send.kill();
    }
  }

  private Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
