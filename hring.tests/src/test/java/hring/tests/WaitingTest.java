package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.testkit.ChildJvm;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Who waits for long for the other side uses next to no processor, also where thousands of files of
 * others lie in the directory. Processor time, unlike the time that passes, is the same on a busy
 * machine; so all wait at once, before the tests, which say what it cost and end it.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WaitingTest {
  private static final int FOREIGN_FILES = 20_000;
  private static final long SETTLING_MILLIS = 1_500;
  private static final long WINDOW_MILLIS = 1_000;

  /**
   * At most: others may empty the caches between any two looks, which then take several times as
   * long.
   */
  private static final int WINDOWS = 10;

  /** Half a percent. */
  private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(WINDOW_MILLIS) / 200;

  /** Longer than all this takes. */
  private static final Duration LONG = Duration.ofMinutes(5);

  /** How long a wait sleeps at a time, in the end. */
  private static final long SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(15);

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final List<Wait> waits = new ArrayList<>();
  private Path directory;
  private ChildJvm holder;
  private Wait forSender;
  private Wait forName;
  private Wait forReceiver;
  private Wait forRoom;
  private Wait forTaking;

  /** A wait in a thread of its own. */
  private final class Wait {
    private final FutureTask<Boolean> task;
    private final Thread thread;
    private long before;

    /** The processor time of the cheapest window, beyond what sleeping as often costs. */
    private long least = Long.MAX_VALUE;

    Wait(Callable<Boolean> waiting) {
      task = new FutureTask<>(waiting);
      thread = Thread.ofPlatform().daemon().start(task);
      waits.add(this);
    }

    void requireCheap() {
      assertThat(task).isNotDone();
      assertThat(least).as("ns in " + WINDOW_MILLIS + " ms").isLessThan(LIMIT_NANOS);
    }

    void requireEnd() throws Exception {
      assertThat(task.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @BeforeAll
  @Timeout(120)
  void waitForLong() throws Exception {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "hring-waiting");
    for (int i = 0; i < FOREIGN_FILES; i++) {
      Files.createFile(directory.resolve("foreign-" + i));
    }
    holder = ChildJvm.start(LeftOverTest.OpenAndStay.class, directory, "name", 1 << 20);
    holder.awaitOutput("open");
    forSender =
        new Wait(
            () -> {
              try (Receiver receiver =
                  Hring.receiver("sender").directory(directory).waitFor(LONG).attach()) {
                return receiver.pending() == 0;
              }
            });
    forName =
        new Wait(
            () -> {
              try (Sender sender = ring("name").waitFor(LONG).open()) {
                return sender.receivers() == 0;
              }
            });
    forReceiver =
        new Wait(
            () -> {
              try (Sender sender = ring("receiver").open()) {
                boolean came = sender.awaitReceiver(LONG);
                Thread.sleep(100);
                return came;
              }
            });
    forRoom =
        new Wait(
            () -> {
              try (Sender sender = ring("room").ringEntries(1, 1).maxBatch(1).open()) {
                assertThat(sender.trySend(new byte[8])).isTrue();
                return sender.send(new byte[8], LONG);
              }
            });
    forTaking =
        new Wait(
            () -> {
              try (Sender sender = ring("taking").open()) {
                SequenceMessages.send(sender, 0, 1);
                return sender.awaitDrained(LONG);
              }
            });
    measure();
  }

  private void measure() throws InterruptedException {
    Thread sleeper = Thread.ofPlatform().daemon().start(WaitingTest::sleepAgainAndAgain);
    try {
      Thread.sleep(SETTLING_MILLIS);
      for (int i = 0; i < WINDOWS && waits.stream().anyMatch(w -> w.least >= LIMIT_NANOS); i++) {
        waits.forEach(wait -> wait.before = costBeyond(wait.thread, sleeper));
        Thread.sleep(WINDOW_MILLIS);
        waits.forEach(
            wait ->
                wait.least = Math.min(wait.least, costBeyond(wait.thread, sleeper) - wait.before));
      }
    } finally {
      sleeper.interrupt();
      sleeper.join();
    }
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

  private SenderBuilder ring(String name) {
    return Hring.sender(name).directory(directory).poolSize(1 << 20);
  }

  private Receiver attach(String name) {
    return Hring.receiver(name).directory(directory).waitFor(Duration.ofSeconds(1)).attach();
  }

  @AfterAll
  @Timeout(120)
  void removeDirectory() throws Exception {
    if (holder != null) {
      holder.close();
    }
    // Those of a test that failed: they must not write into the directory any more.
    for (Wait wait : waits) {
      wait.thread.interrupt();
      wait.thread.join();
    }
    try (Stream<Path> left = Files.list(directory)) {
      for (Path file : left.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Test
  void aReceiverThatWaitsForItsSender() throws Exception {
    forSender.requireCheap();
    try (Sender _ = ring("sender").open()) {
      forSender.requireEnd();
    }
  }

  @Test
  void aSenderThatWaitsForItsName() throws Exception {
    forName.requireCheap();
    holder.close();
    forName.requireEnd();
  }

  @Test
  void aSenderThatWaitsForAReceiver() throws Exception {
    forReceiver.requireCheap();
    try (Receiver receiver = attach("receiver")) {
      forReceiver.requireEnd();
      assertThat(receiver.pending()).isZero();
    }
  }

  @Test
  void aSenderThatWaitsForRoom() throws Exception {
    forRoom.requireCheap();
    try (Receiver receiver = attach("room")) {
      assertThat(receiver.poll((_, _) -> {}, 1)).isEqualTo(1);
      forRoom.requireEnd();
    }
  }

  @Test
  void aSenderWhoseReceiversDoNotTakeWhatIsThere() throws Exception {
    forTaking.requireCheap();
    try (Receiver receiver = attach("taking")) {
      assertThat(receiver.poll((_, _) -> {}, 1)).isEqualTo(1);
      forTaking.requireEnd();
    }
  }
}
