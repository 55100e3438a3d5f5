package hring.api.internal.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NameLockTest {
  private static final int PROCESSES = 3;
  private static final int ROUNDS = 200;

  @Test
  void oneProcessAtATimeHoldsIt(@TempDir Path directory) throws Exception {
    Path counter = Files.writeString(directory.resolve("counter"), "0");
    List<Process> others = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        others.add(
            new ProcessBuilder(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Incrementer.class.getName(),
                    directory.toString())
                .inheritIO()
                .start());
      }
      for (Process other : others) {
        assertThat(other.waitFor()).isZero();
      }
    } finally {
      others.forEach(Process::destroyForcibly);
    }
    assertThat(Files.readString(counter)).isEqualTo(Integer.toString(PROCESSES * ROUNDS));
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(counter);
    }
  }

  @Test
  void oneThreadAtATimeHoldsIt(@TempDir Path directory) throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int round = 0; round < 50; round++) {
                      try (NameLock _ = NameLock.acquire(directory, "n", Users.own())) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        inside.decrementAndGet();
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(most).hasValue(1);
  }

  /** Reads a number from a file and writes it back incremented, each time under the lock. */
  static final class Incrementer {
    public static void main(String[] args) throws Exception {
      Path directory = Path.of(args[0]);
      Path counter = directory.resolve("counter");
      for (int i = 0; i < ROUNDS; i++) {
        try (NameLock _ = NameLock.acquire(directory, "n", Users.own())) {
          int value = Integer.parseInt(Files.readString(counter));
          Files.writeString(counter, Integer.toString(value + 1));
        }
      }
    }
  }
}
