package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import hring.api.Sender;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a command costs that waits for receivers, and when it sees what it waits for. */
@Timeout(60)
class PatienceTest {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long WINDOW_MILLIS = 1_000;
  private static final int WINDOWS = 5;

  /** Half a percent. */
  private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(WINDOW_MILLIS) / 200;

  private static final long SEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
  private static final int TRIES = 9;

  /** So many of the tries have to be in time. */
  private static final int TIMELY = 5;

  private final String name = "patience-" + ProcessHandle.current().pid();
  private volatile boolean happened;

  /** Waits as send does; returns when it saw what it waited for. */
  private FutureTask<Long> waiting() {
    happened = false;
    return new FutureTask<>(
        () -> {
          try (Sender sender = Hring.sender(name).open()) {
            new Patience(sender, null, () -> {}).until(() -> happened || sender.receivers() > 0);
            return System.nanoTime();
          }
        });
  }

  @Test
  void aLongWaitCostsNextToNothing() throws Exception {
    FutureTask<Long> task = waiting();
    Thread thread = Thread.ofPlatform().start(task);
    Thread.sleep(1_500);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < WINDOWS && least >= LIMIT_NANOS; i++) {
      long before = THREADS.getThreadCpuTime(thread.threadId());
      Thread.sleep(WINDOW_MILLIS);
      least = Math.min(least, THREADS.getThreadCpuTime(thread.threadId()) - before);
    }
    assertThat(task.isDone()).isFalse();
    happened = true;
    task.get();
    assertThat(least).as("ns in " + WINDOW_MILLIS + " ms").isLessThan(LIMIT_NANOS);
  }

  /** On a busy machine each sleep takes longer: by how much, this thread's own sleeps tell. */
  @Test
  void whatItWaitsForIsSeenInTime() throws Exception {
    List<Long> excess = new ArrayList<>();
    long timely = 0;
    while (excess.size() < TRIES && timely < TIMELY) {
      FutureTask<Long> task = waiting();
      Thread.ofPlatform().start(task);
      Thread.sleep(600);
      happened = true;
      long start = System.nanoTime();
      LockSupport.parkNanos(SLEEP_NANOS);
      long late = System.nanoTime() - start - SLEEP_NANOS;
      excess.add(task.get() - start - late);
      timely = excess.stream().filter(nanos -> nanos < SEEN_NANOS).count();
    }
    assertThat(timely).as("seen in time, of %s ns", excess).isEqualTo(TIMELY);
  }
}
