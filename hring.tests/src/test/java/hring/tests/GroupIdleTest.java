package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.ReceiverGroup;
import hring.api.Sender;
import hring.api.WaitStrategy;
import hring.testkit.ChildJvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a group of many rings costs while nothing comes, with all threads of its process, and how
 * soon it has a message. Each ring has another receiver, which does nothing. The property {@code
 * hring.group.rings} says how many rings, {@code hring.group.idle} for how long, in milliseconds.
 */
@Timeout(300)
class GroupIdleTest extends EachTransport {
  private static final int RINGS = Integer.getInteger("hring.group.rings", 140);
  private static final int MESSAGES = 200;
  private static final int WINDOWS = 2;
  private static final long WINDOW_NANOS =
      TimeUnit.MILLISECONDS.toNanos(Long.getLong("hring.group.idle", 2_000) / WINDOWS);

  /** Who looks ten times a second, and is not woken, finds half of all messages later than this. */
  private static final long BY_THE_CLOCK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  /**
   * Looks at locks in a second: at one sender in 4 ms, and at the peers of 25 rings in each tenth
   * of a second. Those that were due before, on a busy machine, come once for each ring.
   */
  private static final double MOST_LOOKS = 520;

  /** Ten a second, and those that somebody wakes. */
  private static final double MOST_WAITS = 15;

  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "hring-group");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    Files.delete(directory);
  }

  @Test
  void manyIdleRingsCostNextToNothingAndAMessageIsTakenSoon() throws Exception {
    List<Sender> senders = new ArrayList<>();
    List<Receiver> peers = new ArrayList<>();
    try {
      for (int i = 0; i < RINGS; i++) {
        senders.add(
            TestRings.ring("idle." + i)
                .directory(directory)
                .poolSize(1 << 16)
                .ringEntries(4, 8)
                .open());
        peers.add(Hring.receiver("idle." + i).directory(directory).attach());
      }
      try (ChildJvm child = ChildJvm.start(Idle.class, directory)) {
        child.awaitOutput("idle");
        for (int i = 0; i < MESSAGES; i++) {
          Sender sender = senders.get(i * 7919 % RINGS);
          long now = System.nanoTime();
          SequenceMessages.send(sender, now, now + 1);
          Thread.sleep(5);
        }
        System.out.println(kind + ", " + RINGS + " rings: " + child.finish());
      }
    } finally {
      peers.forEach(Receiver::close);
      senders.forEach(Sender::close);
    }
  }

  /** Prints what waiting cost, then in what time it had messages that say when they were sent. */
  static final class Idle {
    public static void main(String[] args) throws Exception {
      CountedCalls.begin();
      try (ReceiverGroup group =
          Hring.receivers("idle.*")
              .directory(Path.of(args[0]))
              .waitStrategy(WaitStrategy.PARK)
              .open()) {
        while (group.rings().size() < RINGS) {
          group.await(Duration.ofMillis(10));
        }
        // Until it has been still for a second on each ring.
        await(group, TimeUnit.MILLISECONDS.toNanos(1_500));
        double least = Double.MAX_VALUE;
        CountedCalls.take();
        long begun = System.nanoTime();
        for (int i = 0; i < WINDOWS; i++) {
          long before = threadNanos();
          long start = System.nanoTime();
          await(group, WINDOW_NANOS);
          least = Math.min(least, 100.0 * (threadNanos() - before) / (System.nanoTime() - start));
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        Map<String, Long> calls = CountedCalls.take();
        System.out.printf("%nidle: %.2f %% of a core, %s in %.1f s%n", least, calls, seconds);
        if (calls.get("isLocked") > MOST_LOOKS * seconds + RINGS
            || calls.get("await") > MOST_WAITS * seconds) {
          throw new AssertionError("too many");
        }
        long[] took = new long[MESSAGES];
        int[] count = new int[1];
        while (count[0] < MESSAGES) {
          if (!group.await(TestRings.PATIENCE)) {
            throw new AssertionError(count[0] + " messages came, then no more");
          }
          group.poll(
              (_, _, payload) -> took[count[0]++] = System.nanoTime() - payload.get(JAVA_LONG, 0),
              MESSAGES);
        }
        Arrays.sort(took);
        System.out.printf(
            "taken after: median %d us, 90 %% %d us%n",
            took[MESSAGES / 2] / 1000, took[MESSAGES * 9 / 10] / 1000);
        // Printed: how long it took. Judged: that it was woken, and did not look by the clock.
        if (took[MESSAGES / 2] > BY_THE_CLOCK_NANOS) {
          throw new AssertionError("not woken");
        }
      }
    }

    private static void await(ReceiverGroup group, long nanos) {
      long start = System.nanoTime();
      for (long left = nanos; left > 0; left = nanos - (System.nanoTime() - start)) {
        if (group.await(Duration.ofNanos(left))) {
          throw new AssertionError("there is a message");
        }
      }
    }

    /** Of all threads that run Java: those of the JVM itself cost something in any process. */
    private static long threadNanos() {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long nanos = 0;
      for (long id : threads.getAllThreadIds()) {
        nanos += Math.max(0, threads.getThreadCpuTime(id));
      }
      return nanos;
    }
  }
}
