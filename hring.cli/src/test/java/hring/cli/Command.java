package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running command: a process of its own, started from the packaged modules. */
final class Command implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  private final Process process;
  private final Path out;
  private final Path err;

  private Command(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static Command hring(Path input, Path directory, String... args) throws IOException {
    List<String> options = new ArrayList<>(List.of("-m", "hring.cli/hring.cli.Main"));
    options.addAll(List.of(args));
    return start(input, directory, options);
  }

  /** Runs a class of the tests as an application that knows nothing but hring.api. */
  static Command application(Path directory, Class<?> main) throws IOException {
    String classes = System.getProperty("hring.test.classes");
    return start(
        null,
        directory,
        List.of("--add-modules", "hring.api", "--class-path", classes, main.getName()));
  }

  private static Command start(Path input, Path directory, List<String> args) throws IOException {
    List<String> line = new ArrayList<>(List.of(JAVA, "-p", System.getProperty("hring.modules")));
    line.add("--enable-native-access=hring.linux");
    line.addAll(args);
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    Process process =
        new ProcessBuilder(line)
            .redirectInput(
                input == null
                    ? Redirect.from(Path.of("/dev/null").toFile())
                    : Redirect.from(input.toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Command(process, out, err);
  }

  /** Waits for the end and checks the exit code. */
  Command ends(int exitCode) throws IOException, InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .as("ended: %s", error())
        .isTrue();
    assertThat(process.exitValue()).as(error()).isEqualTo(exitCode);
    return this;
  }

  Path out() {
    return out;
  }

  String error() throws IOException {
    return Files.readString(err);
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
