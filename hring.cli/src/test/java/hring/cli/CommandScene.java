package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of the command share: a ring's name, a directory, and nothing left behind. */
@Timeout(120)
abstract class CommandScene {
  static final String WAIT = "60s";
  static final Path SHM = Path.of("/dev/shm");

  private static final int LOOKS = 1000;
  private static final long LOOK_MILLIS = 50;

  final String name = "cli-it-" + ProcessHandle.current().pid() + "-" + System.nanoTime();

  @TempDir Path temp;

  private Path directory;

  @AfterEach
  void nothingIsLeftInShm() throws IOException {
    if (directory != null) {
      delete(directory);
    }
    try (Stream<Path> files = Files.list(SHM)) {
      assertThat(files.filter(file -> file.getFileName().toString().contains(name))).isEmpty();
    }
  }

  /** Returns a directory on a tmpfs of this test alone, in which it may leave files. */
  Path directory() throws IOException {
    if (directory == null) {
      directory = Files.createDirectory(SHM.resolve(name));
    }
    return directory;
  }

  Command hring(String... args) throws IOException {
    return Command.hring(null, temp, args);
  }

  Command recv(String... options) throws IOException {
    return hring(concat(new String[] {"recv", name, "--wait", WAIT}, options));
  }

  Command send(Path input, String... options) throws IOException {
    String[] args = {"send", name, "--allocator", "slab", "--wait", WAIT};
    return Command.hring(input, temp, concat(args, options));
  }

  static String[] concat(String[] first, String... rest) {
    return Stream.of(first, rest).flatMap(Stream::of).toArray(String[]::new);
  }

  /** Opens a named pipe for writing, without waiting for whoever is to read it. */
  static OutputStream writer(Path fifo) throws IOException {
    return Channels.newOutputStream(new RandomAccessFile(fifo.toFile(), "rw").getChannel());
  }

  /** Starts the demo. */
  Command demo(Map<String, String> environment, String messages) throws IOException {
    String dir = directory().toString();
    String[] args = {"demo", "--allocator", "slab", "--dir", dir, "--messages", messages};
    return Command.hring(null, temp, environment, args);
  }

  /** Waits until the second process of a demo receives, and returns it. */
  ProcessHandle receiver(Command demo) throws Exception {
    awaitReceivers("demo-", 1);
    return demo.process().children().findAny().orElseThrow();
  }

  /** Creates a named pipe. */
  Path fifo(String file) throws IOException, InterruptedException {
    Path fifo = temp.resolve(file);
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    return fifo;
  }

  /** Waits until something is so; fails, naming it, if it is not within a good while. */
  static void await(String what, Callable<Boolean> condition) throws Exception {
    for (int i = 0; i < LOOKS && !condition.call(); i++) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    assertThat(condition.call()).as(what).isTrue();
  }

  /** Removes a directory of files. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  /** Waits until a ring whose name has a part is seen to have receivers. */
  void awaitReceivers(String part, int number) throws Exception {
    await(number + " receivers", () -> list(part).contains("\"receivers\":" + number));
  }

  private String list(String part) throws IOException, InterruptedException {
    Path dir = directory == null ? SHM : directory;
    try (Command list = hring("ls", "--json", "--dir", dir.toString())) {
      return Files.readAllLines(list.ends(ExitCode.OK).out()).stream()
          .filter(line -> line.contains(part))
          .findFirst()
          .orElse("");
    }
  }
}
