package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Standard output is the data, and nothing else gets into it. */
class StreamsIT extends CommandScene {
  private static final String DUMP = "Full thread dump";

  @Test
  void aThreadDumpStaysOutOfTheMessages() throws Exception {
    Path input = lines(2000);
    Path fifo = fifo("fifo");
    try (Command recv = recv();
        Command send = send(null, "--lines", "--file", fifo.toString())) {
      try (OutputStream writer = writer(fifo)) {
        for (String line : Files.readAllLines(input)) {
          writer.write((line + "\n").getBytes(StandardCharsets.UTF_8));
          if (line.equals("line 1000")) {
            await("half of the lines", () -> Files.size(recv.out()) > 0);
            recv.signal("QUIT");
            await("a thread dump", () -> recv.error().contains(DUMP));
          }
        }
      }
      send.ends(ExitCode.OK);
      assertThat(recv.ends(ExitCode.OK).out()).hasSameBinaryContentAs(input);
    }
  }

  @Test
  void theLogOfTheVirtualMachineStaysOutOfTheMessages() throws Exception {
    Path input = lines(10);
    // These come before the command's own options.
    Map<String, String> logged =
        Map.of(
            "JAVA_TOOL_OPTIONS",
            "-Xlog:gc",
            "HRING_JAVA_OPTS",
            "-XX:StartFlightRecording=filename=" + temp.resolve("recording.jfr"));
    try (Command recv = Command.hring(null, temp, logged, "recv", name, "--wait", WAIT);
        Command send = send(input)) {
      send.ends(ExitCode.OK);
      assertThat(recv.ends(ExitCode.OK).out()).hasSameBinaryContentAs(input);
    }
  }

  @Test
  void optionsOfTheUserComeAfterThoseOfTheCommandAndReachTheDemosReceiver() throws Exception {
    Path log = temp.resolve("gc-%p.log");
    Map<String, String> options = Map.of("HRING_JAVA_OPTS", "-Xlog:gc:file=" + log);
    try (Command demo = demo(options, "100")) {
      demo.ends(ExitCode.OK);
    }
    try (Stream<Path> logs = Files.list(temp)) {
      assertThat(logs.filter(file -> file.getFileName().toString().startsWith("gc-"))).hasSize(2);
    }
  }

  @Test
  void aThreadDumpOfTheDemosReceiverStaysOutOfItsResult() throws Exception {
    try (Command demo = demo(Map.of(), "10000000")) {
      await("its ring", () -> Files.size(demo.out()) > 0);
      // The sender: so its receiver stays until the dump is there.
      demo.signal("STOP");
      Command.signal(receiver(demo), "QUIT");
      await("a thread dump", () -> demo.error().contains(DUMP));
      demo.signal("CONT");
      assertThat(demo.ends(ExitCode.OK).out()).content().contains("both sides agree");
    }
  }

  private Path lines(int number) throws Exception {
    return Files.write(
        temp.resolve("lines"), IntStream.range(0, number).mapToObj(i -> "line " + i).toList());
  }
}
