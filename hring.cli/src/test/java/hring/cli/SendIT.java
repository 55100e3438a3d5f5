package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What send makes of its input, and what it says at its end. */
class SendIT extends CommandScene {
  private static final int LINES = 10;

  /** What the JVM exits with after SIGTERM. */
  private static final int TERMINATED = 143;

  private static final String HOARDED = "3";

  @ParameterizedTest
  @CsvSource({
    "4800, --chunk 16 --max-batch 16, 16",
    "4800, --chunk 16 --max-batch 1, 1",
    "1048576, --max-batch 4, 4",
    "1048576, --max-batch 1, 1"
  })
  void chunksAndReadsTravelInBatchesOfTheWantedSize(int size, String options, int batch)
      throws Exception {
    Path input = Files.write(temp.resolve("input"), new byte[size]);
    try (Command sizes = Command.application(temp, BatchSizes.class, name);
        Command send = send(input, options.split(" "))) {
      send.ends(ExitCode.OK);
      String[] counts = Files.readString(sizes.ends(0).out()).strip().split(" ");
      long messages = Long.parseLong(counts[0]);
      assertThat(messages).isGreaterThan(batch);
      // The last batch is what was left.
      assertThat(Long.parseLong(counts[1])).isEqualTo((messages + batch - 1) / batch);
    }
  }

  /** A batch that is not full must not wait for input that may never come. */
  @ParameterizedTest
  @CsvSource({"--chunk 16", "--max-batch 512", "--lines"})
  void linesReadAreSentBeforeTheNextReadBlocks(String options) throws Exception {
    Path fifo = fifo("fifo");
    try (Command recv = recv();
        Command send = send(null, ("--file " + fifo + " " + options).split(" "));
        OutputStream writer = writer(fifo)) {
      for (int sent = 1; sent <= 3; sent++) {
        writer.write("sixteen letters\n".getBytes(StandardCharsets.UTF_8));
        long expected = 16L * sent;
        await(expected + " bytes", () -> Files.size(recv.out()) == expected);
      }
      // The rest of a chunk comes later, and does not keep back what is whole.
      writer.write("sixteen letters\nsix".getBytes(StandardCharsets.UTF_8));
      await("the whole chunk", () -> Files.size(recv.out()) >= 64);
      writer.close();
      send.ends(ExitCode.OK);
      recv.ends(ExitCode.OK);
    }
  }

  @Test
  void aReceiverSaysWhyItsSenderGaveUp() throws Exception {
    Path fifo = fifo("fifo");
    try (Command recv = recv();
        Command send = send(null, "--lines", "--file", fifo.toString());
        OutputStream writer = writer(fifo)) {
      writer.write("one\n".getBytes(StandardCharsets.UTF_8));
      await("the first line", () -> Files.size(recv.out()) > 0);
      send.signal("TERM");
      assertThat(send.ends(TERMINATED).error()).contains("interrupted");
      assertThat(recv.ends(ExitCode.SENDER_DIED).error())
          .contains("gave the ring up: interrupted;")
          .hasLineCount(1);
    }
  }

  @Test
  void messagesLostWithAKilledReceiverAreToldAndHaveAnExitCode() throws Exception {
    List<String> lines = lines();
    try (Command send = sendToAHoarder(lines);
        Command recv = recv()) {
      assertThat(send.ends(ExitCode.LOST).error())
          .contains("1 receiver died, and at most 3 messages")
          .hasLineCount(1);
      assertThat(Files.readAllLines(recv.ends(ExitCode.OK).out()))
          .isEqualTo(lines.subList(Integer.parseInt(HOARDED), LINES));
    }
  }

  @Test
  void messagesDeliveredAgainAreTold() throws Exception {
    List<String> lines = lines();
    try (Command send = sendToAHoarder(lines, "--on-receiver-death", "redeliver");
        Command recv = recv()) {
      assertThat(send.ends(ExitCode.OK).error())
          .contains("1 receiver died, and 3 messages", "delivered again")
          .hasLineCount(1);
      assertThat(Files.readAllLines(recv.ends(ExitCode.OK).out()))
          .containsExactlyInAnyOrderElementsOf(lines);
    }
  }

  /** Sends lines to a receiver that takes three of them and is killed. */
  private Command sendToAHoarder(List<String> lines, String... options) throws Exception {
    Path input = Files.write(temp.resolve("lines"), lines);
    Command send = send(input, concat(new String[] {"--lines", "--max-batch", "1"}, options));
    try (Command hoarder = Command.application(temp, Hoarder.class, name, HOARDED)) {
      await("a receiver that holds messages", () -> Files.size(hoarder.out()) > 0);
      hoarder.kill();
    }
    return send;
  }

  private static List<String> lines() {
    return IntStream.range(0, LINES).mapToObj(i -> "line " + i).toList();
  }
}
