package hring.chaos;

import hring.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Processes of a run: how they are started and ended, and what the kernel knows of them. */
final class Processes {
  /** The exit value of a JVM that has run its hooks after SIGTERM, as a shell counts. */
  private static final int TERMINATED = 128 + 15;

  private Processes() {}

  /**
   * Starts a small one.
   *
   * @param namespace a command that runs each process in a namespace of its own, or nothing
   * @param root where its crash report goes
   */
  static ChildJvm start(List<String> namespace, Path root, Class<?> main, Object... args) {
    List<String> options =
        List.of(
            "-Xmx64m", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + root + "/hs_err_%p.log");
    return ChildJvm.start(namespace, options, main, args);
  }

  /** Ends it as a supervisor does: it closes what it has in a shutdown hook. */
  static void terminate(ChildJvm child) throws InterruptedException {
    int exit = child.terminate();
    if (exit != TERMINATED) {
      throw new AssertionError(child + " ended with " + exit + ": " + child.output());
    }
  }

  /** Prints the stacks of all threads of those that are alive. */
  static void dump(List<ChildJvm> children) throws InterruptedException {
    List<ChildJvm> living = new ArrayList<>(children);
    living.removeIf(child -> !child.isAlive());
    for (ChildJvm child : living) {
      child.resume();
      child.signal("QUIT");
    }
    Thread.sleep(1000);
    living.forEach(child -> System.out.println(child + ":\n" + child.output()));
  }

  static int openFiles(ChildJvm child) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + child.pid() + "/fd"))) {
      return (int) files.count();
    }
  }

  static int memoryMaps(ChildJvm child) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + child.pid() + "/maps")).size();
  }
}
