package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who has waited for long, and so looks rarely, still sees within 20 ms what it waits for. All wait
 * at once; then what each waits for happens, one after the other. On a busy machine every sleep
 * takes longer: what that adds is measured meanwhile, by a thread that sleeps for as long again and
 * again.
 */
@Timeout(120)
class SeenInTimeTest {
  private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(15);

  /** Until a sleep would be too long, were it a part of the wait and nothing else. */
  private static final long LONG_MILLIS = 1200;

  private static final int TRIES = 5;

  /** So many of the tries have to be in time. */
  private static final int TIMELY = 3;

  private volatile long latest;

  /** What ends a wait. */
  private interface Event {
    void happen() throws Exception;
  }

  /** One kind of wait. */
  private final class Kind {
    private final String what;
    private final Callable<Long> waiting;
    private final Event event;
    private final Event control;
    private final List<Long> excess = new ArrayList<>();
    private FutureTask<Long> task;
    private Thread thread;

    /**
     * Describes it.
     *
     * @param waiting waits; returns when that was over
     * @param control does what waiting does when the event has happened, without any wait
     */
    Kind(String what, Callable<Long> waiting, Event event, Event control) {
      this.what = what;
      this.waiting = waiting;
      this.event = event;
      this.control = control;
    }

    void begin() {
      task = new FutureTask<>(waiting);
      thread = Thread.ofPlatform().daemon().start(task);
    }

    void end() throws Exception {
      assertThat(task.isDone()).as(what).isFalse();
      latest = 0;
      event.happen();
      long happened = System.nanoTime();
      long seen = task.get(30, TimeUnit.SECONDS) - happened;
      long late = latest;
      long start = System.nanoTime();
      control.happen();
      excess.add(seen - late - (System.nanoTime() - start));
    }

    long timely() {
      return excess.stream().filter(nanos -> nanos < LIMIT_NANOS).count();
    }
  }

  private void sleepAgainAndAgain() {
    while (!Thread.currentThread().isInterrupted()) {
      long start = System.nanoTime();
      LockSupport.parkNanos(SLEEP_NANOS);
      latest = Math.max(latest, System.nanoTime() - start - SLEEP_NANOS);
    }
  }

  @Test
  void whateverIsWaitedForIsSeenInTime() throws Exception {
    Sender[] named = {null};
    List<Kind> kinds =
        List.of(aRing(), aFreeName(named), aReceiver(), thatEverythingIsTaken(), roomInAFullPool());
    Thread sleeper = Thread.ofPlatform().daemon().start(this::sleepAgainAndAgain);
    try {
      for (int i = 0; i < TRIES; i++) {
        List<Kind> tried = kinds.stream().filter(kind -> kind.timely() < TIMELY).toList();
        tried.forEach(Kind::begin);
        Thread.sleep(tried.isEmpty() ? 0 : LONG_MILLIS);
        for (Kind kind : tried) {
          kind.end();
        }
      }
    } finally {
      sleeper.interrupt();
      // Those that did not come to their end must not leave their rings.
      for (Kind kind : kinds) {
        kind.thread.interrupt();
        kind.thread.join();
      }
      named[0].close();
    }
    for (Kind kind : kinds) {
      assertThat(kind.timely())
          .as("%s: seen in time, of %s ns", kind.what, kind.excess)
          .isEqualTo(TIMELY);
    }
  }

  private Kind aRing() {
    String name = TestRings.uniqueRing();
    Sender[] opened = new Sender[1];
    return new Kind(
        "a ring, by a receiver that waits for it",
        () -> {
          try (Receiver _ = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach()) {
            return System.nanoTime();
          }
        },
        () -> opened[0] = TestRings.ring(name).open(),
        () -> {
          Hring.receiver(name).attach().close();
          opened[0].close();
        });
  }

  /** Leaves an open ring in {@code opened}. */
  private Kind aFreeName(Sender[] opened) {
    String name = TestRings.uniqueRing();
    opened[0] = TestRings.ring(name).open();
    return new Kind(
        "a name that is free, by a sender that waits for it",
        () -> {
          try (Sender _ = TestRings.ring(name).waitFor(TestRings.PATIENCE).open()) {
            return System.nanoTime();
          }
        },
        () -> opened[0].close(),
        () -> opened[0] = TestRings.ring(name).waitFor(TestRings.PATIENCE).open());
  }

  private Kind aReceiver() {
    String name = TestRings.uniqueRing();
    Receiver[] attached = new Receiver[1];
    return new Kind(
        "a receiver, by its sender",
        () -> {
          try (Sender sender = TestRings.ring(name).open()) {
            assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
            return System.nanoTime();
          }
        },
        () -> attached[0] = Hring.receiver(name).attach(),
        () -> attached[0].close());
  }

  private Kind thatEverythingIsTaken() {
    String name = TestRings.uniqueRing();
    Receiver[] attached = new Receiver[1];
    return new Kind(
        "that everything is taken, by its sender",
        () -> {
          try (Sender sender = TestRings.ring(name).open()) {
            SequenceMessages.send(sender, 0, 1);
            assertThat(sender.awaitDrained(TestRings.PATIENCE)).isTrue();
            return System.nanoTime();
          }
        },
        () -> {
          attached[0] = Hring.receiver(name).attach();
          assertThat(attached[0].poll((_, _) -> {}, 1)).isEqualTo(1);
        },
        () -> attached[0].close());
  }

  private Kind roomInAFullPool() {
    String name = TestRings.uniqueRing();
    Receiver[] attached = new Receiver[1];
    return new Kind(
        "room in a full pool, by a sender that waits for it",
        () -> {
          try (Sender sender = TestRings.ring(name).poolSize(1 << 16).open()) {
            int size = (int) sender.largestMessage();
            assertThat(sender.trySend(new byte[size])).isTrue();
            while (sender.allocate(1) != Address.NULL) {
              // Until the pool is exhausted.
            }
            assertThat(sender.send(new byte[size], Duration.ofSeconds(60))).isTrue();
            return System.nanoTime();
          }
        },
        () -> {
          attached[0] = Hring.receiver(name).attach();
          attached[0].free(attached[0].take());
        },
        () -> attached[0].close());
  }
}
