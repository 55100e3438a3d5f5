package hring.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The second process of the demo, as the first one sees it: a JVM with the same options. */
final class DemoReceiver implements AutoCloseable {
  private static final long EXIT_SECONDS = 30;

  private final Process process;

  private DemoReceiver(Process process) {
    this.process = process;
  }

  /** Starts it. What it writes to standard error appears on this process's. */
  static DemoReceiver start(String name, Path directory) throws IOException {
    return new DemoReceiver(
        SecondJvm.start(List.of("demo-receiver", "--dir", directory.toString(), name)));
  }

  long pid() {
    return process.pid();
  }

  /**
   * Checks that it runs, or has done its work.
   *
   * @throws Failure if it has failed
   */
  void check() {
    if (!process.isAlive() && process.exitValue() != ExitCode.OK) {
      throw new Failure(
          ExitCode.ERROR,
          "the receiving process ended with exit code "
              + process.exitValue()
              + "; what it wrote to standard error, above, says why");
    }
  }

  /** Waits for its end, and returns what it counted. */
  DemoResult result() throws IOException, InterruptedException {
    try (BufferedReader lines = process.inputReader()) {
      // It has printed its one line, or failed, when it ends; neither can fill the pipe.
      if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
        throw new Failure(
            ExitCode.ERROR,
            "the receiving process did not end within "
                + EXIT_SECONDS
                + " s after the last message");
      }
      check();
      return DemoResult.parse(lines.readLine());
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
