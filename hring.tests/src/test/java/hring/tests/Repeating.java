package hring.tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A process that opens, uses and closes rings, and counts what it holds before and afterwards. */
final class Repeating {
  /** Until everything that is made once is there. */
  private static final int WARM_UP = 20;

  private static final Path SELF = Path.of("/proc/self");

  private Repeating() {}

  /** Arguments: the size of the pool, how many rings. */
  public static void main(String[] args) throws Exception {
    String name = TestRings.uniqueRing();
    long poolSize = Long.parseLong(args[0]);
    repeat(name, poolSize, WARM_UP);
    System.out.println(held(name));
    repeat(name, poolSize, Integer.parseInt(args[1]));
    System.out.println(held(name));
  }

  private static void repeat(String name, long poolSize, int count) {
    for (int i = 0; i < count; i++) {
      try (Sender sender = TestRings.ring(name).poolSize(poolSize).open();
          Receiver receiver = Hring.receiver(name).attach()) {
        SequenceMessages.send(sender, 0, 3);
        sender.close();
        if (SequenceMessages.receiveAll(receiver).size() != 3) {
          throw new AssertionError("messages were lost");
        }
      }
    }
  }

  /** Mappings are those of files and rings: the JVM makes and gives up others as it likes. */
  private static String held(String name) throws IOException {
    return "descriptors "
        + count(SELF.resolve("fd"))
        + ", threads "
        + Thread.getAllStackTraces().size()
        + ", mappings "
        + mappings()
        + ", files "
        + Opening.left(name);
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.count();
    }
  }

  private static long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(SELF.resolve("maps"), ISO_8859_1)) {
      return lines.filter(l -> l.contains("/dev/shm") || l.contains("io_uring")).count();
    }
  }
}
