package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A running command: a process of its own, started by bin/hring from the packaged modules. */
final class Command implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 90;
  private static final String JAVA_HOME = System.getProperty("java.home");

  private final Process process;
  private final Path out;
  private final Path err;

  private Command(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Runs the command as users do; a null input is an empty one. */
  static Command hring(Path input, Path directory, String... args) throws IOException {
    return hring(input, directory, Map.of(), args);
  }

  static Command hring(Path input, Path directory, Map<String, String> environment, String... args)
      throws IOException {
    List<String> line = new ArrayList<>(List.of(Checkout.command().toString()));
    line.addAll(List.of(args));
    return start(input, directory, environment, line);
  }

  /** Runs a class of the tests as an application that knows nothing but hring.api. */
  static Command application(Path directory, Class<?> main, String... args) throws IOException {
    String classes = System.getProperty("hring.test.classes");
    List<String> line = new ArrayList<>(List.of(JAVA_HOME + "/bin/java"));
    line.addAll(List.of("-p", System.getProperty("hring.modules")));
    line.addAll(List.of("--enable-native-access=hring.linux", "--add-modules", "hring.api"));
    line.addAll(List.of("--class-path", classes, main.getName()));
    line.addAll(List.of(args));
    return start(null, directory, Map.of(), line);
  }

  static Command start(
      Path input, Path directory, Map<String, String> environment, List<String> line)
      throws IOException {
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectInput((input == null ? Path.of("/dev/null") : input).toFile())
            .redirectOutput(Redirect.to(out.toFile()))
            .redirectError(Redirect.to(err.toFile()));
    builder.environment().put("JAVA_HOME", JAVA_HOME);
    builder.environment().putAll(environment);
    return new Command(builder.start(), out, err);
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

  ProcessHandle process() {
    return process.toHandle();
  }

  /** Sends a signal, such as QUIT. */
  void signal(String name) throws IOException, InterruptedException {
    signal(process.toHandle(), name);
  }

  static void signal(ProcessHandle process, String name) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
