package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What bin/hring does before there is a JVM. */
class ScriptIT extends CommandScene {
  private Path root;
  private Path script;
  private Path tools;

  @BeforeEach
  void makeCheckout() throws IOException {
    root = temp.resolve("a checkout");
    script = Checkout.unbuilt(root).script();
    tools = Files.createDirectory(temp.resolve("tools"));
  }

  /** Puts a Maven on the path that does what a script says. */
  private void maven(String body) throws IOException {
    Path maven = tools.resolve("mvn");
    Files.writeString(maven, "#!/bin/sh\n" + body);
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Command list() throws IOException {
    return run("'" + script + "' ls");
  }

  private Command run(String line) throws IOException {
    Map<String, String> environment =
        Map.of(
            "PATH",
            tools + ":" + System.getenv("PATH"),
            "MODULES",
            System.getProperty("hring.modules"));
    return Command.start(null, temp, environment, List.of("bash", "-c", line));
  }

  @Test
  void aBuildTellsOfItselfInPlainWordsAndIsNotRepeated() throws Exception {
    maven(
        """
        echo built >> "$0.log"
        ln -s "$MODULES" hring.cli/target/modules
        printf '\\033[0mwords of Maven\\n\\033[0m'
        """);
    try (Command first = list()) {
      assertThat(first.ends(ExitCode.OK).error())
          .contains("hring: building", "\nwords of Maven\n", "hring: built\n")
          .doesNotContain("\u001b");
    }
    try (Command second = list()) {
      assertThat(second.ends(ExitCode.OK).error()).isEmpty();
    }
    Path source = Files.writeString(root.resolve("hring.api/src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));
    try (Command third = list()) {
      assertThat(third.ends(ExitCode.OK).error()).contains("hring: building");
    }
    assertThat(tools.resolve("mvn.log")).content().hasLineCount(2);
  }

  @Test
  void aBuildThatFailsIsTold() throws Exception {
    maven("echo 'no such thing'; exit 7\n");
    try (Command command = list()) {
      assertThat(command.ends(ExitCode.ERROR).error())
          .containsSubsequence("no such thing", "hring: the build failed");
    }
  }

  @Test
  void closedOutputIsRefusedWithASentence() throws Exception {
    try (Command command = run("'" + Checkout.command() + "' ls >&-")) {
      assertThat(command.ends(ExitCode.ERROR).error()).contains("standard output is closed");
    }
    try (Command command = run("'" + Checkout.command() + "' ls <&- 2>&-")) {
      command.ends(ExitCode.OK);
    }
  }

  /** There, $$ names another process than this one in /proc, or none. */
  @Test
  void theScriptRunsWhereProcBelongsToAnotherPidNamespace() throws Exception {
    String unshare = "unshare --pid --fork ";
    try (Command possible = run(unshare + "true || " + unshare + "--map-root-user true")) {
      possible.process().onExit().join();
      Assumptions.assumeTrue(
          possible.error().isEmpty(),
          "NOT TESTED: bin/hring in another pid namespace, because unshare is refused: "
              + possible.error());
    }
    try (Command command = run(unshare + "'" + Checkout.command() + "' ls")) {
      assertThat(command.ends(ExitCode.OK).error()).isEmpty();
    }
  }
}
