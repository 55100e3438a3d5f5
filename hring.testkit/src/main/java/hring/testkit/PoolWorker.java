package hring.testkit;

import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.SharedMemory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A worker process, seen from the test. */
final class PoolWorker implements AutoCloseable {
  private static final long TICK_MS = 100;

  /** How many limits of the watchdog it is waited for an answer. */
  private static final int PATIENCE = 6;

  private final ChildJvm jvm;
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();

  /** Starts a process that also has the classes of the provider, wherever they are here. */
  PoolWorker(AllocatorProvider provider) {
    jvm =
        ChildJvm.start(
            List.of(),
            List.of("-Xmx64m"),
            PoolWorkerMain.class,
            List.of(SharedMemory.class, provider.getClass()),
            this::hear,
            () -> answers.add(Optional.empty()),
            provider.getClass().getName());
  }

  private void hear(String line) {
    if (line.startsWith(PoolWorkerMain.ANSWER)) {
      answers.add(Optional.of(line.substring(PoolWorkerMain.ANSWER.length())));
    } else {
      System.err.println("worker: " + line);
    }
  }

  /** Has a command carried out, and gives its result. */
  long call(Object... words) {
    StringBuilder line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    // Many quick answers are progress, too.
    Activity.touch();
    jvm.say(line.toString());
    Optional<String> answer = awaitAnswer(line.toString());
    String text = answer.orElseThrow(() -> new AssertionError("worker " + pid() + " ended"));
    if (!text.startsWith("ok ")) {
      throw new AssertionError(
          "worker " + pid() + ", '" + line + "': " + text.replace(PoolWorkerMain.LINE_END, '\n'));
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
    return jvm.pid();
  }

  /** Stops the process (SIGSTOP) while something else is done, then lets it go on (SIGCONT). */
  void stopWhile(Runnable task) {
    try {
      jvm.stop();
      try {
        task.run();
      } finally {
        jvm.resume();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while worker " + pid() + " was stopped", e);
    }
  }

  /** Ends the process at whatever instruction it is (SIGKILL). */
  @Override
  public void close() {
    jvm.close();
  }
}
