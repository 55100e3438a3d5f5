package hring.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Another JVM that runs a class of the test, killed when closed, whatever happened. It has all
 * classes of this JVM on its class path, also those that are on the module path here, and all
 * system properties of this JVM whose names start with {@code hring.}; it may call native code.
 *
 * <p>It ends when this JVM has ended, however that was: see {@link Orders}.
 *
 * <p>All methods are for any thread. Those that wait throw {@link InterruptedException} when the
 * calling thread is interrupted.
 */
public final class ChildJvm implements AutoCloseable {
  /** So often a command in front of the JVM is told to go on, until it has ended. */
  private static final long CONTINUE_MILLIS = 100;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MS = 5;

  /** How long a command in front may take to start the JVM, or to become it. */
  private static final Duration PREFIX_PATIENCE = Duration.ofSeconds(10);

  private static final long PREFIX_PAUSE_NANOS = 1_000_000;
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** How long a JVM that is asked for its threads is given to print them. */
  private static final long DUMP_MS = 1000;

  private final String name;
  private final Process process;
  private final boolean prefixed;
  private final PrintStream input;

  /** Whole lines; guarded by itself. */
  private final StringBuilder output = new StringBuilder();

  private final Thread reader;
  private volatile boolean stopped;
  private Stopper stopper;

  private ChildJvm(
      String name, Process process, boolean prefixed, Consumer<String> lines, Runnable end) {
    this.name = name;
    this.process = process;
    this.prefixed = prefixed;
    input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Consumer<String> sink = lines == null ? this::keep : lines;
    reader =
        Thread.ofPlatform().daemon().name("output of " + name).unstarted(() -> read(sink, end));
    reader.start();
  }

  /**
   * Starts one.
   *
   * @param main a class with a method {@code static void main(String[])}; neither need be public
   * @param args what it is given, each as its {@code toString}
   * @return the running process
   * @throws UncheckedIOException if it cannot be started
   */
  public static ChildJvm start(Class<?> main, Object... args) {
    return start(List.of(), List.of(), main, args);
  }

  /**
   * Starts one in a particular way.
   *
   * @param prefix a command that becomes the rest of its arguments, such as setpriv(1), or runs
   *     them as its first child and ends when that ends, such as {@code unshare --fork}; it leaves
   *     its standard input alone; or empty
   * @param options for the JVM, after those that it gets anyway (256 MiB at most, SerialGC, C1)
   * @param main a class with a method {@code static void main(String[])}; neither need be public
   * @param args what it is given, each as its {@code toString}
   * @return the running process
   * @throws UncheckedIOException if it cannot be started
   */
  public static ChildJvm start(
      List<String> prefix, List<String> options, Class<?> main, Object... args) {
    return start(prefix, options, main, List.of(), null, () -> {}, args);
  }

  /** The same, with more classes to be found, and with somebody who is given its output. */
  static ChildJvm start(
      List<String> prefix,
      List<String> options,
      Class<?> main,
      List<Class<?>> found,
      Consumer<String> lines,
      Runnable end,
      Object... args) {
    List<String> command = new ArrayList<>(prefix);
    command.add(JAVA);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xmx256m"));
    for (String property : System.getProperties().stringPropertyNames()) {
      if (property.startsWith("hring.")) {
        command.add("-D" + property + "=" + System.getProperty(property));
      }
    }
    command.addAll(options);
    command.add(ChildMain.class.getName());
    command.add(main.getName());
    for (Object arg : args) {
      command.add(arg.toString());
    }
    List<Class<?>> first = new ArrayList<>(found);
    first.add(ChildMain.class);
    first.add(main);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", ClassRoot.classPath(first.toArray(Class<?>[]::new)));
    try {
      return new ChildJvm(main.getSimpleName(), builder.start(), !prefix.isEmpty(), lines, end);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + String.join(" ", command), e);
    }
  }

  private void keep(String line) {
    synchronized (output) {
      output.append(line).append('\n');
    }
  }

  private void read(Consumer<String> sink, Runnable end) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        sink.accept(line);
      }
    } catch (IOException e) {
      // The pipe was closed because the process was killed: also the end.
      sink.accept("(the output broke off: " + e.getMessage() + ")");
    } finally {
      end.run();
    }
  }

  /**
   * Returns the number of the JVM's process, as seen by this JVM.
   *
   * @return the number; that of the prefix if it has not started the JVM within 10 s, or has ended
   */
  public long pid() {
    return jvm().pid();
  }

  /**
   * Returns the JVM's process: that of the prefix, which became it, or the first child of that.
   * Waits until there is one: a prefix that is killed just when it starts the JVM leaves it behind.
   */
  private ProcessHandle jvm() {
    ProcessHandle first = process.toHandle();
    long start = System.nanoTime();
    // When it has ended, its number, and so its children, may be another process's.
    while (prefixed && process.isAlive() && System.nanoTime() - start < PREFIX_PATIENCE.toNanos()) {
      Optional<String> command = first.info().command();
      if (command.filter(JAVA::equals).isPresent()) {
        return first;
      }
      Optional<ProcessHandle> child = first.children().findFirst();
      // One of another user does not show what it runs.
      if (child.isPresent() || command.isEmpty()) {
        return child.orElse(first);
      }
      LockSupport.parkNanos(PREFIX_PAUSE_NANOS);
    }
    return first;
  }

  /**
   * Returns whether it has not ended.
   *
   * @return also true while it is stopped
   */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Returns whether it was stopped by {@link #stop} and not resumed.
   *
   * @return also true if it was killed meanwhile
   */
  public boolean isStopped() {
    return stopped;
  }

  /**
   * Says a line to it, for its {@link Orders}. Nobody hears it after its end.
   *
   * @param line one line, without its end
   */
  public void say(String line) {
    input.println(line);
  }

  /**
   * Returns what it has printed so far, on standard output and standard error.
   *
   * @return whole lines
   */
  public String output() {
    synchronized (output) {
      return output.toString();
    }
  }

  /**
   * Waits until it has printed something.
   *
   * @param text what must be in {@link #output}
   * @throws InterruptedException if interrupted
   * @throws AssertionError if it ends without, or takes more than 60 s
   */
  public void awaitOutput(String text) throws InterruptedException {
    for (long start = System.nanoTime(); !output().contains(text); Thread.sleep(LOOK_MS)) {
      if (!process.isAlive()) {
        reader.join();
        if (!output().contains(text)) {
          throw new AssertionError(this + " ended without '" + text + "'; it printed: " + output());
        }
      } else if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw hang("did not print '" + text + "'", PATIENCE);
      }
    }
  }

  /**
   * Stops it (SIGSTOP), wherever it is, until {@link #resume}; does nothing if it is stopped.
   *
   * @throws InterruptedException if interrupted
   * @throws UncheckedIOException if it cannot be stopped, such as because it has ended
   */
  public synchronized void stop() throws InterruptedException {
    if (stopper == null) {
      if (!process.isAlive()) {
        // Its number may be another process's by now.
        throw new UncheckedIOException(new IOException(this + " has ended; it cannot be stopped"));
      }
      stopped = true;
      stopper = new Stopper(pid());
    }
  }

  /**
   * Lets it go on (SIGCONT) after {@link #stop}; does nothing if it is not stopped.
   *
   * @throws InterruptedException if interrupted
   */
  public synchronized void resume() throws InterruptedException {
    if (stopper != null) {
      stopper.resume();
      stopper = null;
      stopped = false;
      if (process.pid() != pid()) {
        continuePrefix();
      }
    }
  }

  /**
   * Sends it a signal; does nothing if it has ended.
   *
   * @param signal its name without SIG, such as {@code QUIT}, which prints the stacks of all
   *     threads
   * @throws InterruptedException if interrupted
   */
  public void signal(String signal) throws InterruptedException {
    if (!process.isAlive()) {
      return;
    }
    String pid = Long.toString(pid());
    try {
      int exit = new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
      if (exit != 0 && process.isAlive()) {
        throw new AssertionError("kill -" + signal + " " + pid + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run kill", e);
    }
  }

  /**
   * Ends it at whatever instruction it is (SIGKILL), and waits until it has ended.
   *
   * @throws InterruptedException if interrupted
   */
  public void kill() throws InterruptedException {
    jvm().destroyForcibly();
    while (!process.waitFor(CONTINUE_MILLIS, TimeUnit.MILLISECONDS)) {
      continuePrefix();
    }
    forgetStop();
  }

  /** A command in front, such as unshare(1), stops itself when the JVM is stopped. */
  private void continuePrefix() throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-CONT", Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run kill", e);
    }
  }

  private synchronized void forgetStop() {
    if (stopper != null) {
      stopper.close();
    }
  }

  /**
   * Asks it to end (SIGTERM), and waits until it has, for 60 s at most.
   *
   * @return its exit value
   * @throws InterruptedException if interrupted
   * @throws AssertionError if it does not end, which shows the stacks of its threads
   */
  public int terminate() throws InterruptedException {
    // Not process.destroy(): that closes the pipes, too.
    jvm().destroy();
    if (!process.waitFor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
      throw hang("did not end when asked to", PATIENCE);
    }
    return process.exitValue();
  }

  /**
   * Waits until it has ended and all that it printed is read.
   *
   * @throws InterruptedException if interrupted
   */
  public void awaitEnd() throws InterruptedException {
    reader.join();
    process.waitFor();
  }

  /**
   * Waits for its end, for 60 s at most.
   *
   * @return what it printed, without the last end of line
   * @throws InterruptedException if interrupted
   * @throws AssertionError if it does not end, which shows the stacks of its threads, or fails
   */
  public String finish() throws InterruptedException {
    return finish(PATIENCE);
  }

  /**
   * Waits for its end.
   *
   * @param patience for how long at most
   * @return what it printed, without the last end of line
   * @throws InterruptedException if interrupted
   * @throws AssertionError if it does not end, which shows the stacks of its threads, or fails
   */
  public String finish(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw hang("did not end", patience);
    }
    reader.join();
    if (process.exitValue() != 0) {
      throw new AssertionError(this + " ended with " + process.exitValue() + ": " + output());
    }
    return output().strip();
  }

  /** Returns a failure that shows the stacks of its threads; kills it. */
  private AssertionError hang(String what, Duration patience) throws InterruptedException {
    String threads = threads();
    jvm().destroyForcibly();
    process.destroyForcibly();
    return new AssertionError(
        this + " " + what + " within " + patience.toSeconds() + " s; it printed: " + threads);
  }

  /** Makes it print the stacks of its threads, and returns all that it has printed. */
  String threads() throws InterruptedException {
    resume();
    signal("QUIT");
    Thread.sleep(DUMP_MS);
    return output();
  }

  /** Returns how it has ended. */
  int exitValue() {
    return process.exitValue();
  }

  /** Returns which program and process it is. */
  @Override
  public String toString() {
    return name + " (process " + pid() + ")";
  }

  /** Kills it, and waits until it has ended: what it leaves can be removed then. */
  @Override
  public void close() {
    jvm().destroyForcibly();
    process.destroyForcibly();
    boolean interrupted = false;
    // Not onExit(): where it has ended, that waits for whoever has its number now.
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    forgetStop();
  }
}
