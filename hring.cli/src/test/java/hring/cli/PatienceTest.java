package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import hring.api.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a command costs that waits for receivers, and when it sees what it waits for. */
@Timeout(60)
class PatienceTest {
  private static final long WINDOW_MILLIS = 1_000;

  /** Whoever sleeps 15 ms after each look makes 67 in a window. */
  private static final long MOST_LOOKS = 70;

  private static final long SEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(15);
  private static final int TRIES = 9;

  /** So many of the tries have to be in time. */
  private static final int TIMELY = 5;

  private final String name = "patience-" + ProcessHandle.current().pid();
  private final AtomicLong looks = new AtomicLong();
  private volatile boolean happened;

  /** Waits as send does; returns when it saw what it waited for. */
  private FutureTask<Long> waiting() {
    happened = false;
    return new FutureTask<>(
        () -> {
          try (Sender sender = Hring.sender(name).open()) {
            new Patience(sender, null, () -> {}).until(() -> look(sender));
            return System.nanoTime();
          }
        });
  }

  private boolean look(Sender sender) {
    looks.incrementAndGet();
    return happened || sender.receivers() > 0;
  }

  @Test
  void aLongWaitCostsNextToNothing() throws Exception {
    FutureTask<Long> task = waiting();
    Thread.ofPlatform().start(task);
    while (looks.get() == 0) {
      Thread.sleep(10);
    }
    // From half a second on it is a long wait.
    Thread.sleep(1_000);
    long before = looks.get();
    long start = System.nanoTime();
    Thread.sleep(WINDOW_MILLIS);
    long made = looks.get() - before;
    double windows = (System.nanoTime() - start) / 1e6 / WINDOW_MILLIS;
    assertThat(task.isDone()).isFalse();
    happened = true;
    task.get();
    assertThat((double) made).as("looks").isPositive().isLessThan(windows * MOST_LOOKS);
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
