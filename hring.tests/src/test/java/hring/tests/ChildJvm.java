package hring.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM with the class path of this one. Killed when closed, whatever happened. */
public final class ChildJvm implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final StringBuffer output = new StringBuffer();
  private final Thread reader;

  private ChildJvm(Process process) {
    this.process = process;
    reader = Thread.ofPlatform().daemon().start(this::read);
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.append(line).append('\n');
      }
    } catch (IOException e) {
      output.append(e);
    }
  }

  /** Waits until it has printed something. */
  public void awaitOutput(String text) throws InterruptedException {
    while (output.indexOf(text) < 0) {
      if (!process.isAlive()) {
        throw new AssertionError("the child ended; it printed: " + output);
      }
      Thread.sleep(5);
    }
  }

  public static ChildJvm start(Class<?> main, Object... args) {
    return start(List.of(), List.of(), main, args);
  }

  /**
   * Starts one.
   *
   * @param prefix a command that runs the rest of its arguments, such as setpriv
   * @param options for the JVM
   */
  public static ChildJvm start(
      List<String> prefix, List<String> options, Class<?> main, Object... args) {
    List<String> command = new ArrayList<>(prefix);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx256m"));
    for (String property : List.of(TestRings.ALLOCATOR, RingKind.PROPERTY)) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D" + property + "=" + value);
      }
    }
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    try {
      return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Ends it as kill -9 does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** Ends it as kill(1) does; returns its exit value. */
  int terminate() throws InterruptedException {
    // Not process.destroy(): that closes the pipes, too.
    process.toHandle().destroy();
    return process.waitFor();
  }

  /** Waits until it has ended and everything that it printed is read. */
  void awaitEnd() throws InterruptedException {
    reader.join();
  }

  /** Waits for its end and returns what it printed; fails if it does not end, or fails. */
  public String finish() throws Exception {
    return finish(PATIENCE_SECONDS);
  }

  /** As {@link #finish()}, with another watchdog. */
  String finish(long patienceSeconds) throws Exception {
    if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the child did not end in time; it printed: " + output);
    }
    reader.join();
    String printed = output.toString();
    if (process.exitValue() != 0) {
      throw new AssertionError("the child ended with " + process.exitValue() + ": " + printed);
    }
    return printed.strip();
  }

  @Override
  public String toString() {
    return process + ": " + output;
  }

  @Override
  public void close() {
    // Until it has ended: what it leaves can be removed then.
    process.destroyForcibly().onExit().join();
  }
}
