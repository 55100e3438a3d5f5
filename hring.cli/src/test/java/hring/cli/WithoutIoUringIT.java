package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The command where a seccomp filter refuses io_uring, as in a container: without an option. */
class WithoutIoUringIT extends CommandScene {
  @Test
  void theDemoRunsOverShm() throws Exception {
    try (Command demo = filtered(null, "demo", "--messages", "50000")) {
      assertThat(demo.ends(ExitCode.OK).out())
          .content()
          .contains("transport shm (not uring: io_uring_setup failed with EPERM", "seccomp filter")
          .contains("both sides agree");
    }
  }

  @Test
  void sentMessagesArrive() throws Exception {
    Path input = temp.resolve("input");
    Files.write(input, new byte[100_000]);
    try (Command send = filtered(input, "send", name, "--wait", WAIT);
        Command recv = filtered(null, "recv", name, "--wait", WAIT)) {
      send.ends(ExitCode.OK);
      assertThat(recv.ends(ExitCode.OK).out()).hasSameBinaryContentAs(input);
    }
  }

  /** Receiving needs no io_uring, whatever the sender has. */
  @Test
  void aReceiverTakesWhatASenderOutsideSendsByUring() throws Exception {
    Path input = temp.resolve("input");
    Files.write(input, new byte[100_000]);
    try (Command send =
            Command.hring(input, temp, "send", name, "--transport", "uring", "--wait", WAIT);
        Command recv = filtered(null, "recv", name, "--wait", WAIT)) {
      send.ends(ExitCode.OK);
      assertThat(recv.ends(ExitCode.OK).out()).hasSameBinaryContentAs(input);
    }
  }

  @Test
  void insistingOnUringNamesTheOption() throws Exception {
    try (Command send = filtered(null, "send", name, "--transport", "uring")) {
      assertThat(send.ends(ExitCode.ERROR).error())
          .contains("seccomp filter", "--transport shm")
          .doesNotContain("transport(");
    }
  }

  @Test
  void theDoctorSaysWhatWorksAndWhy() throws Exception {
    try (Command doctor = filtered(null, "doctor")) {
      assertThat(doctor.ends(ExitCode.OK).out())
          .content()
          .contains("by default: shm in-region: works", "shm in-region: works")
          .containsPattern("uring in-region: cannot be opened: .*EPERM.*seccomp filter");
    }
  }

  private Command filtered(Path input, String... args) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    line.add(System.getProperty("hring.test.classes"));
    line.add(WithoutIoUring.class.getName());
    line.add(Checkout.command().toString());
    line.addAll(List.of(args));
    return Command.start(input, temp, Map.of(), line);
  }
}
