package hring.tests;

import hring.api.HringException;
import hring.api.Sender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A process that opens a ring and says what came of it, and what is left in the directory. */
final class Opening {
  private static final Path SHM = Path.of("/dev/shm");

  private Opening() {}

  /** Argument: the size of the pool. */
  public static void main(String[] args) throws IOException {
    String name = TestRings.uniqueRing();
    System.out.println(open(name, Long.parseLong(args[0])));
    System.out.println("left: " + left(name));
  }

  /** Opens and closes; any other exception than those that are meant to be seen is thrown. */
  static String open(String name, long poolSize) {
    try (Sender _ = TestRings.ring(name).poolSize(poolSize).open()) {
      return "opened";
    } catch (HringException e) {
      return e.toString();
    }
  }

  static String left(String name) throws IOException {
    if (!Files.exists(SHM)) {
      return "none";
    }
    try (Stream<Path> files = Files.list(SHM)) {
      return files.filter(f -> f.toString().contains(name)).toList().toString();
    }
  }
}
