package hring.tests;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;

/**
 * A process that opens a ring with no file descriptor left, with one, with two, until it succeeds.
 * Its limit of descriptors has to be low.
 */
final class FdExhaustion {
  private FdExhaustion() {}

  /** Argument: the size of the pool. */
  public static void main(String[] args) throws Exception {
    String name = TestRings.uniqueRing();
    long poolSize = Long.parseLong(args[0]);
    loadClasses();
    Opening.open(name, poolSize);
    String outcome;
    int left = 0;
    do {
      Deque<FileInputStream> taken = takeAll();
      for (int i = 0; i < left; i++) {
        taken.pop().close();
      }
      outcome = Opening.open(name, poolSize);
      while (!taken.isEmpty()) {
        taken.pop().close();
      }
      System.out.println(outcome);
      left++;
    } while (!outcome.equals("opened"));
    System.out.println("left: " + Opening.left(name));
  }

  /** A class is a file: without descriptors none can be loaded, and that is not the matter here. */
  private static void loadClasses() throws Exception {
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path root = Path.of(entry);
      if (Files.isDirectory(root.resolve("hring"))) {
        try (Stream<Path> files = Files.walk(root)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
            String name = root.relativize(file).toString().replace('/', '.');
            if (!name.contains("-info") && !name.contains("Test") && !name.contains("Propert")) {
              Class.forName(name.substring(0, name.length() - ".class".length()));
            }
          }
        }
      }
    }
  }

  private static Deque<FileInputStream> takeAll() {
    Deque<FileInputStream> taken = new ArrayDeque<>();
    try {
      while (true) {
        taken.push(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      return taken;
    }
  }
}
