package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.testkit.ChildJvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who waits for long for the other side uses next to no processor, also where thousands of files of
 * others lie in the directory. Processor time, unlike the time that passes, is the same on a busy
 * machine.
 */
@Timeout(120)
class WaitingTest {
  private static final int FOREIGN_FILES = 20_000;
  private static final long SETTLING_MILLIS = 1_500;
  private static final long WINDOW_MILLIS = 1_000;

  /** Others may empty the caches between any two looks, which then take several times as long. */
  private static final int WINDOWS = 4;

  /** Half a percent. */
  private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(WINDOW_MILLIS) / 200;

  /** How long a wait sleeps at a time, in the end. */
  private static final long SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(15);

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "hring-waiting");
    for (int i = 0; i < FOREIGN_FILES; i++) {
      Files.createFile(directory.resolve("foreign-" + i));
    }
  }

  @AfterEach
  void removeDirectory() throws IOException {
    try (Stream<Path> left = Files.list(directory)) {
      for (Path file : left.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private Sender open() {
    return Hring.sender("x").directory(directory).poolSize(1 << 20).open();
  }

  /** Starts a wait, and checks what it costs beyond what sleeping as often costs this machine. */
  private <T> FutureTask<T> start(Callable<T> waiting) throws Exception {
    FutureTask<T> task = new FutureTask<>(waiting);
    Thread thread = Thread.ofPlatform().start(task);
    Thread sleeper = Thread.ofPlatform().daemon().start(WaitingTest::sleepAgainAndAgain);
    long least = Long.MAX_VALUE;
    try {
      Thread.sleep(SETTLING_MILLIS);
      for (int i = 0; i < WINDOWS && least >= LIMIT_NANOS; i++) {
        long before = costBeyond(thread, sleeper);
        Thread.sleep(WINDOW_MILLIS);
        least = Math.min(least, costBeyond(thread, sleeper) - before);
      }
    } finally {
      sleeper.interrupt();
      sleeper.join();
    }
    assertThat(task).isNotDone();
    assertThat(least).as("ns in " + WINDOW_MILLIS + " ms").isLessThan(LIMIT_NANOS);
    return task;
  }

  private long costBeyond(Thread waiting, Thread sleeping) {
    return threads.getThreadCpuTime(waiting.threadId())
        - threads.getThreadCpuTime(sleeping.threadId());
  }

  private static void sleepAgainAndAgain() {
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(SLEEP_NANOS);
    }
  }

  @Test
  void aReceiverThatWaitsForItsSender() throws Exception {
    FutureTask<Integer> waiting =
        start(
            () -> {
              try (Receiver receiver =
                  Hring.receiver("x").directory(directory).waitFor(TestRings.PATIENCE).attach()) {
                return receiver.pending();
              }
            });
    try (Sender sender = open()) {
      assertThat(waiting.get(30, TimeUnit.SECONDS)).isZero();
      assertThat(sender.toString()).contains("x");
    }
  }

  @Test
  void aSenderThatWaitsForItsName() throws Exception {
    FutureTask<Boolean> waiting;
    try (ChildJvm child = ChildJvm.start(LeftOverTest.OpenAndStay.class, directory, "x", 1 << 20)) {
      child.awaitOutput("open");
      waiting =
          start(
              () -> {
                try (Sender sender =
                    Hring.sender("x").directory(directory).waitFor(TestRings.PATIENCE).open()) {
                  return sender.receivers() == 0;
                }
              });
    }
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aSenderThatWaitsForAReceiver() throws Exception {
    FutureTask<Boolean> waiting =
        start(
            () -> {
              try (Sender sender = open()) {
                boolean came = sender.awaitReceiver(TestRings.PATIENCE);
                Thread.sleep(100);
                return came;
              }
            });
    try (Receiver receiver =
        Hring.receiver("x").directory(directory).waitFor(Duration.ofSeconds(1)).attach()) {
      assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(receiver.pending()).isZero();
    }
  }

  @Test
  void aSenderThatWaitsForRoom() throws Exception {
    FutureTask<Boolean> waiting =
        start(
            () -> {
              try (Sender sender =
                  Hring.sender("x").directory(directory).ringEntries(1, 1).maxBatch(1).open()) {
                assertThat(sender.trySend(new byte[8])).isTrue();
                return sender.send(new byte[8], TestRings.PATIENCE);
              }
            });
    try (Receiver receiver =
        Hring.receiver("x").directory(directory).waitFor(Duration.ofSeconds(1)).attach()) {
      assertThat(receiver.poll((_, _) -> {}, 1)).isEqualTo(1);
      assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aSenderWhoseReceiversDoNotTakeWhatIsThere() throws Exception {
    FutureTask<Boolean> waiting =
        start(
            () -> {
              try (Sender sender = open()) {
                SequenceMessages.send(sender, 0, 1);
                return sender.awaitDrained(TestRings.PATIENCE);
              }
            });
    try (Receiver receiver =
        Hring.receiver("x").directory(directory).waitFor(Duration.ofSeconds(1)).attach()) {
      assertThat(receiver.poll((_, _) -> {}, 1)).isEqualTo(1);
      assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
