package hring.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM of the test's own. Killed when closed, whatever happened. */
final class Child implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  /** What a shell says of a process that ended by SIGTERM, and a JVM whose hooks have run. */
  private static final int TERMINATED = 128 + 15;

  private static final int SHOWN = 20_000;

  private final Process process;

  /** The JVM: that process, or its child if it runs the JVM in a namespace. */
  private final ProcessHandle jvm;

  private final Path output;
  private volatile boolean stopped;
  private boolean terminated;

  private Child(Process process, ProcessHandle jvm, Path output) {
    this.process = process;
    this.jvm = jvm;
    this.output = output;
  }

  /**
   * Starts one.
   *
   * @param prefix a command that runs the rest of its arguments in a child, or nothing
   * @param root gets its output, and its crash report
   */
  static Child start(List<String> prefix, Path root, String label, Class<?> main, Object... args)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + root + "/hs_err_%p.log",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    Path output = root.resolve(label + ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new Child(process, prefix.isEmpty() ? process.toHandle() : child(process), output);
  }

  private static ProcessHandle child(Process process) {
    Optional<ProcessHandle> child = process.children().findFirst();
    while (child.isEmpty() && process.isAlive()) {
      Thread.onSpinWait();
      child = process.children().findFirst();
    }
    return child.orElse(process.toHandle());
  }

  /** Its number out here. */
  long pid() {
    return jvm.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean isStopped() {
    return stopped;
  }

  void stop() throws IOException, InterruptedException {
    stopped = true;
    signal("STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("CONT");
    stopped = false;
  }

  /** Makes it print the stacks of its threads. */
  void dump() throws IOException, InterruptedException {
    signal("CONT");
    signal("QUIT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int result = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    if (result != 0 && process.isAlive()) {
      throw new IOException("kill -" + name + " " + pid() + " failed: " + result);
    }
  }

  /** Ends it as kill -9 does. */
  void kill() throws InterruptedException {
    jvm.destroyForcibly();
    process.waitFor();
  }

  /** Asks it to end, as a supervisor does: it closes what it has in a shutdown hook. */
  void terminate() throws IOException, InterruptedException {
    terminated = true;
    signal("TERM");
  }

  void order(String what) throws IOException {
    process.outputWriter(StandardCharsets.UTF_8).append(what).append('\n').flush();
  }

  /** Waits for its end; fails if it does not end, or fails. */
  void finish() throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      dump();
      Thread.sleep(1000);
      throw new AssertionError(this + " did not end in time: " + output());
    }
    if (process.exitValue() != (terminated ? TERMINATED : 0)) {
      throw new AssertionError(this + " ended with " + process.exitValue() + ": " + output());
    }
  }

  String output() throws IOException {
    String text = Files.readString(output);
    return text.substring(Math.max(0, text.length() - SHOWN));
  }

  /** Counts the entries of one of its directories in /proc. */
  int openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
      return (int) files.count();
    }
  }

  int memoryMaps() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid() + "/maps")).size();
  }

  @Override
  public String toString() {
    return output.getFileName() + " (process " + pid() + ")";
  }

  @Override
  public void close() {
    jvm.destroyForcibly();
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        // It is dying already, and may not be left behind. The interrupt is kept for the caller.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
