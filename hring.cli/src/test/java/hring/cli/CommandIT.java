package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command from outside: real processes, exit codes, sentences and bytes. */
class CommandIT extends CommandScene {
  private Path input(int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(temp.resolve("input"), bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "0, in-region, 4M",
    "0, in-kernel, 4M",
    "1, in-region, 4M",
    "3000001, in-region, 64K",
    "3000001, in-kernel, 4M"
  })
  void theOutputIsTheInput(int size, String placement, String pool) throws Exception {
    Path input = input(size);
    try (Command recv = recv();
        Command send = send(input, "--placement", placement, "--pool", pool)) {
      send.ends(ExitCode.OK);
      assertThat(recv.ends(ExitCode.OK).out()).hasSameBinaryContentAs(input);
    }
  }

  @Test
  void linesTravelOneByOneAndEmptyOnesToo() throws Exception {
    Path input = Files.writeString(temp.resolve("lines"), "one\n\nthree\nlast");
    try (Command send = send(input, "--lines");
        Command recv = recv("--lines")) {
      send.ends(ExitCode.OK);
      assertThat(recv.ends(ExitCode.OK).out()).hasContent("one\n\nthree\nlast\n");
    }
  }

  @Test
  void aKilledSenderIsReportedAndItsNameIsFreeAgain() throws Exception {
    Path fifo = fifo("fifo");
    Process writer = new ProcessBuilder("sh", "-c", "exec sleep 60 > '" + fifo + "'").start();
    try (Command recv = recv();
        Command send = send(null, "--lines", "--file", fifo.toString())) {
      awaitReceivers(name, 1);
      send.kill();
      assertThat(recv.ends(ExitCode.SENDER_DIED).error()).contains("died");
    } finally {
      writer.destroyForcibly();
    }
    theOutputIsTheInput(1, "in-region", "64K");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "recv no-such-ring-xyz                 | 4 | no ring is named",
        "recv a:b                              | 2 | cannot name a ring",
        "send x --allocator nope               | 1 | no allocator is named",
        "send x --allocator slab?block=256     | 2 | allocator slab has no options",
        "send x --pool 0                       | 2 | pool",
        "send x --pool lots                    | 2 | no number of bytes",
        "send cli-it-nobody --allocator slab --wait 100ms | 4 | no receiver",
        "send x --ring-entries 3 --allocator slab | 2 | power of two",
        "rm no-such-ring-xyz                   | 4 | no ring of this user",
        "frobnicate                            | 2 | --help"
      })
  void badInputGetsASentence(String args, int exitCode, String sentence) throws Exception {
    try (Command command = hring(args.split(" "))) {
      String error = command.ends(exitCode).error();
      assertThat(error).contains(sentence).startsWith("hring: ").hasLineCount(1);
    }
  }

  @Test
  void theExampleOfTheReadmeRuns() throws Exception {
    Path root = Path.of(System.getProperty("hring.root"));
    String source =
        Files.readString(root.resolve("hring.cli/src/test/java/hring/cli/ReadmeExample.java"));
    int begin = source.indexOf("// README begin\n") + "// README begin\n".length();
    String example = source.substring(begin, source.indexOf("\n    // README end")).stripIndent();
    assertThat(Files.readString(root.resolve("README.md")))
        .contains("```java\n" + example + "\n```");
    try (Command application = Command.application(temp, ReadmeExample.class)) {
      assertThat(application.ends(0).out()).hasContent("123\n");
    }
  }
}
