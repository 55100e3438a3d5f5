package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Looking on from the command line. */
class TapIT extends CommandScene {
  private static final int TERMINATED = 128 + 15;

  @Test
  void tapsWriteWhatTheReceiverGetsSayWhatTheyMissedAndMayLeave() throws Exception {
    Path fifo = fifo("fifo");
    try (Command tap = tap();
        Command leaving = tap();
        Command recv = recv();
        Command send = send(null, "--lines", "--delivery", "to-each", "--file", fifo.toString())) {
      try (OutputStream writer = writer(fifo)) {
        write(writer, "one\n\n");
        awaitBytes(leaving, 5);
        leaving.signal("TERM");
        assertThat(leaving.ends(TERMINATED).error()).contains("missed 0 messages", "interrupted");
        write(writer, "three\n");
        awaitBytes(tap, 11);
      }
      send.ends(ExitCode.OK);
      assertThat(recv.ends(ExitCode.OK).out()).hasContent("one\n\nthree\n");
      assertThat(tap.ends(ExitCode.OK).out()).hasContent("one\n\nthree\n");
      assertThat(tap.error()).isEqualTo("hring: missed 0 messages\n");
    }
  }

  private Command tap() throws IOException {
    return hring("tap", name, "--wait", WAIT);
  }

  private static void write(OutputStream writer, String text) throws IOException {
    writer.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void awaitBytes(Command tap, long bytes) throws Exception {
    await(bytes + " bytes", () -> Files.size(tap.out()) == bytes);
  }

  @Test
  void aRingThatIsNotThereIsToldAsToAReceiver() throws Exception {
    try (Command tap = hring("tap", name)) {
      assertThat(tap.ends(ExitCode.NOT_THERE).error()).contains("no ring is named '" + name + "'");
    }
  }
}
