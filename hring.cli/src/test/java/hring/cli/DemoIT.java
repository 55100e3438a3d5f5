package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demo: what both processes say when one of them fails. */
class DemoIT extends CommandScene {
  /** More messages than anybody waits for. */
  private static final String MANY = "1000000000000";

  @Test
  void bothSidesReportTheSameCounts() throws Exception {
    try (Command demo = demo(Map.of(), "50000")) {
      assertThat(demo.ends(ExitCode.OK).out()).content().contains("both sides agree");
    }
  }

  @Test
  void theDemoEndsWhenItsReceiverIsKilled() throws Exception {
    try (Command demo = demo(Map.of(), MANY)) {
      receiver(demo).destroyForcibly();
      assertThat(demo.ends(ExitCode.ERROR).error())
          .contains("the receiving process ended with exit code 137")
          .doesNotContain("--wait");
    }
  }

  /** Both JVMs are told to listen on one port: a mistake that only the second one suffers from. */
  @Test
  void theDemoReportsWhyItsReceiverCannotStart() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String options = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=" + port;
    try (Command demo = demo(Map.of("HRING_JAVA_OPTS", options), MANY)) {
      assertThat(demo.ends(ExitCode.ERROR).error())
          .containsSubsequence("already in use", "the receiving process ended with exit code")
          .doesNotContain("--wait");
    }
  }
}
