package hring.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Where the rings and the ledgers of a run lie. The rings have a small tmpfs of their own if this
 * process may mount one, else a directory in /dev/shm. All of it is gone when closed.
 */
final class Playground implements AutoCloseable {
  private static final int SIZE = 48 << 20;
  private static final int BOUNDED = 16 << 20;
  private static final int CHUNK = 1 << 16;

  private final Path root;
  private final Path rings;
  private final boolean mounted;
  private final Thread hook = new Thread(this::remove);

  Playground() throws IOException {
    root = Files.createTempDirectory("hring-chaos");
    Path own = Files.createDirectory(root.resolve("rings"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "hring-chaos", own.toString());
    rings = mounted ? own : Files.createTempDirectory(Path.of("/dev/shm"), "hring-chaos");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  Path root() {
    return root;
  }

  Path rings() {
    return rings;
  }

  /** The file of a ring; fails if there is none. */
  Path region(String name, long ring) throws IOException {
    try (Stream<Path> files = Files.list(rings)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(name + ":"))
          .filter(f -> RingId.of(name, f.toString()) == ring)
          .findFirst()
          .orElseThrow();
    }
  }

  /** The region's file of a process; fails if there is none. */
  Path region(long pid) throws IOException {
    try (Stream<Path> files = Files.list(rings)) {
      return files.filter(f -> f.toString().contains(":" + pid + ":")).findFirst().orElseThrow();
    }
  }

  /** Leaves no room in the rings' directory; where that is /dev/shm, takes a little only. */
  Path fill() throws IOException {
    Path filler = rings.resolve("filler");
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    int most = mounted ? SIZE : BOUNDED;
    try (FileChannel file =
        FileChannel.open(filler, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (file.size() < most) {
        file.write(chunk.clear());
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
      // That is what it was written for.
    }
    return filler;
  }

  List<String> crashReports() throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      return files.map(Path::toString).filter(f -> f.contains("hs_err")).toList();
    }
  }

  private static boolean run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      // There is no such command here: the same as when it is refused.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void remove() {
    if (mounted && !run("umount", rings.toString()) && !run("umount", "-l", rings.toString())) {
      System.out.println("cannot unmount " + rings);
    }
    delete(rings);
    delete(root);
  }

  private static void delete(Path top) {
    if (!Files.exists(top)) {
      return;
    }
    try (Stream<Path> files = Files.walk(top)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.out.println("cannot remove " + top + ": " + e);
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    remove();
  }
}
