package hring.testkit;

import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.SharedMemory;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A worker process, seen from the test. */
final class Worker implements AutoCloseable {
  private static final long TICK_MS = 100;

  /** How many limits of the watchdog it is waited for an answer. */
  private static final int PATIENCE = 6;

  private final Process process;
  private final PrintStream commands;
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();

  /**
   * Starts a process with the classes of the API, the testkit and the provider first on its class
   * path, wherever they are here: in a jar, a directory, or patched into a module.
   */
  Worker(AllocatorProvider provider) {
    String classPath =
        String.join(
            File.pathSeparator,
            ClassRoot.of(SharedMemory.class),
            ClassRoot.of(WorkerMain.class),
            ClassRoot.of(provider.getClass()),
            System.getProperty("jdk.module.path", ""),
            System.getProperty("java.class.path", ""));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-Xmx64m",
            "-Dhring.testkit.watchdog=" + Watchdog.limit().toSeconds(),
            WorkerMain.class.getName(),
            provider.getClass().getName());
    builder.environment().put("CLASSPATH", classPath);
    builder.redirectError(Redirect.INHERIT);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a worker process", e);
    }
    commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              // One more, which is empty, at the end.
              try {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  answers.add(Optional.of(line));
                }
              } catch (IOException e) {
                // The pipe was closed because the process was killed: also the end.
              }
              answers.add(Optional.empty());
            });
  }

  /** Has a command carried out, and gives its result. */
  long call(Object... words) {
    StringBuilder line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    // Many quick answers are progress, too.
    Activity.touch();
    commands.println(line);
    Optional<String> answer = awaitAnswer(line.toString());
    String text = answer.orElseThrow(() -> new AssertionError("worker " + pid() + " ended"));
    if (!text.startsWith("ok ")) {
      throw new AssertionError(
          "worker " + pid() + ", '" + line + "': " + text.replace(WorkerMain.LINE_END, '\n'));
    }
    return Long.parseLong(text.substring("ok ".length()));
  }

  /** The worker has a watchdog of its own, which answers first; this is for one that is stopped. */
  private Optional<String> awaitAnswer(String line) {
    try {
      for (long waited = 0; waited < PATIENCE * Watchdog.limit().toMillis(); waited += TICK_MS) {
        Optional<String> answer = answers.poll(TICK_MS, TimeUnit.MILLISECONDS);
        if (answer != null) {
          return answer;
        }
        Activity.touch();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for worker " + pid(), e);
    }
    throw new AssertionError("worker " + pid() + " does not answer '" + line + "'");
  }

  long pid() {
    return process.pid();
  }

  /**
   * Stops the process (SIGSTOP) while something else is done, then lets it go on (SIGCONT). A shell
   * does both, and waits in between for its standard input to end: so the process goes on also when
   * this JVM is killed in between, and then ends.
   */
  void stopWhile(Runnable task) {
    Process shell;
    try {
      shell =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "kill -STOP " + pid() + " && echo stopped; read _; kill -CONT " + pid())
              .redirectError(Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run sh to stop worker " + pid(), e);
    }
    try {
      try (BufferedReader output = shell.inputReader(StandardCharsets.UTF_8)) {
        Referee.expect("stopped", output.readLine(), "what kill -STOP " + pid() + " did");
        task.run();
      } finally {
        shell.getOutputStream().close();
      }
      Referee.expect(0, shell.waitFor(), "exit status of kill -CONT " + pid());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot talk to the shell that stops worker " + pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while worker " + pid() + " was stopped", e);
    }
  }

  /** Ends the process at whatever instruction it is (SIGKILL). */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(Watchdog.limit().toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("worker " + pid() + " outlived SIGKILL");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
