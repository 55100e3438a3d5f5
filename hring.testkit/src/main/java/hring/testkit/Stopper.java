package hring.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * Stops a process while it exists. A shell does so, and waits for its own standard input to end
 * before it lets the process go on: so that happens also when this JVM is killed in between.
 */
final class Stopper implements AutoCloseable {
  private final long pid;
  private final Process shell;

  /** Stops a process (SIGSTOP). */
  Stopper(long pid) {
    this.pid = pid;
    String script = "kill -STOP " + pid + " && echo stopped; read _; kill -CONT " + pid;
    try {
      shell = new ProcessBuilder("sh", "-c", script).redirectError(Redirect.INHERIT).start();
      BufferedReader output = shell.inputReader(StandardCharsets.UTF_8);
      if (!"stopped".equals(output.readLine())) {
        shell.destroyForcibly();
        throw new IOException("kill -STOP " + pid + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot stop process " + pid, e);
    }
  }

  /** Lets it go on (SIGCONT). */
  void resume() throws InterruptedException {
    try {
      shell.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot talk to the shell that stops process " + pid, e);
    }
    int exit = shell.waitFor();
    if (exit != 0 && ProcessHandle.of(pid).isPresent()) {
      throw new AssertionError("kill -CONT " + pid + " ended with " + exit);
    }
  }

  /** Forgets a process that was killed meanwhile. */
  @Override
  public void close() {
    shell.destroyForcibly();
  }
}
