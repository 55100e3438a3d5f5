package hring.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Starts the JVMs of one run, and sees to it that neither a process nor a file in shared memory is
 * left of it, however it ends.
 */
final class Launcher implements AutoCloseable {
  private static final Path SHM = Path.of("/dev/shm");
  private static final Duration START_UP = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofSeconds(10);

  private final Durations durations;
  private final Cores cores;
  private final List<Process> processes = new ArrayList<>();
  private final Thread hook = new Thread(this::shutDown, "clean up");
  private Path directory;
  private boolean shuttingDown;

  Launcher(Durations durations, Cores cores) {
    this.durations = durations;
    this.cores = cores;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Runs a case once.
   *
   * @return what its processes reported
   * @throws IOException if a process failed, or the run took too long
   */
  List<Report> run(Case measured) throws IOException, InterruptedException {
    try {
      begin(measured);
      await();
      List<Report> reports = new ArrayList<>();
      for (int i = 0; i < processes.size(); i++) {
        Files.readAllLines(directory.resolve("out-" + i)).stream()
            .filter(Report::isReport)
            .map(Report::parse)
            .forEach(reports::add);
      }
      return reports;
    } finally {
      cleanUp();
    }
  }

  private synchronized void begin(Case measured) throws IOException, InterruptedException {
    if (shuttingDown) {
      throw new InterruptedException("the benchmark was told to end");
    }
    directory = Files.createTempDirectory(SHM, "hring-bench-");
    start(measured, Side.A, cores.sideA());
    for (int i = 0; i < measured.receivers(); i++) {
      start(measured, String.valueOf(i), cores.sideB(measured.receivers()));
    }
  }

  private void start(Case measured, String side, List<String> prefix) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-XX:-UsePerfData",
            // Side and compiler share a core: a side that went on meanwhile would not be compiled
            // for longer than any warm-up.
            "-XX:-BackgroundCompilation",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(measured.jvmArgs());
    command.addAll(
        List.of(
            Side.class.getName(),
            measured.name(),
            side,
            directory.toString(),
            durations.warmUp().toString(),
            durations.measured().toString()));
    int number = processes.size();
    processes.add(
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("out-" + number).toFile())
            .redirectError(directory.resolve("err-" + number).toFile())
            .start());
  }

  /** Waits for all, or for the first that fails. */
  private void await() throws IOException, InterruptedException {
    CompletableFuture<Void> failure = new CompletableFuture<>();
    List<CompletableFuture<Process>> exits = new ArrayList<>();
    for (Process process : processes) {
      exits.add(
          process
              .onExit()
              .whenComplete(
                  (ended, _) -> {
                    if (ended.exitValue() != 0) {
                      failure.complete(null);
                    }
                  }));
    }
    CompletableFuture<Void> all = CompletableFuture.allOf(exits.toArray(CompletableFuture[]::new));
    Duration limit = START_UP.plus(durations.warmUp()).plus(durations.measured());
    try {
      CompletableFuture.anyOf(all, failure).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("did not end within " + limit + complaints(), e);
    } catch (ExecutionException e) {
      throw new IOException("a process cannot be waited for" + complaints(), e);
    }
    for (int i = 0; i < processes.size(); i++) {
      Process process = processes.get(i);
      if (!process.isAlive() && process.exitValue() != 0) {
        throw new IOException("process " + i + " ended with " + process.exitValue() + complaints());
      }
    }
  }

  private synchronized String complaints() throws IOException {
    if (shuttingDown) {
      return "";
    }
    StringBuilder complaints = new StringBuilder();
    for (int i = 0; i < processes.size(); i++) {
      String text = Files.readString(directory.resolve("err-" + i)).strip();
      if (!text.isEmpty()) {
        complaints.append(System.lineSeparator()).append(text);
      }
    }
    return complaints.toString();
  }

  private synchronized void shutDown() {
    shuttingDown = true;
    cleanUp();
  }

  private synchronized void cleanUp() {
    for (Process process : processes) {
      process.destroyForcibly();
    }
    for (Process process : processes) {
      awaitEnd(process);
    }
    processes.clear();
    if (directory != null) {
      delete(directory);
      directory = null;
    }
  }

  private static void awaitEnd(Process process) {
    try {
      if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("process " + process.pid() + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + tree, e);
    }
  }

  @Override
  public void close() {
    cleanUp();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
