package hring.api.internal.recovery;

import java.util.Arrays;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread of this process that looks after all its rings, those it sends to and those it
 * receives from. It runs while there is a {@link Janitor}, and a little longer. While nothing
 * happens it makes no garbage.
 */
public final class JanitorThread {
  /** So often that a death is dealt with in 200 ms, so rarely that the looks cost nothing. */
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** For so many rounds without a janitor the thread stays: rings may be opened one by one. */
  private static final int IDLE_ROUNDS = 20;

  /**
   * How many rings are looked after in one round although nothing is claimed there ({@link
   * Recovery#isStill}): a look costs a system call for each receiver. If there are more rings, each
   * of these has its turn less often.
   */
  private static final int STILL_A_ROUND = 25;

  /** In so many rounds each ring has its turn of which this process is the sender: a second. */
  private static final int SENDERS_TURNS = 10;

  private static final Object LOCK = new Object();

  /** Replaced under the lock, read without. */
  private static volatile Janitor[] janitors = {};

  private static ThreadFactory factory = work -> new Thread(work, "hring-janitor");
  private static Thread thread;

  private JanitorThread() {}

  /**
   * Chooses who makes the thread, from the next time on that it is started.
   *
   * @param threads makes a thread that is not started yet
   */
  public static void factory(ThreadFactory threads) {
    synchronized (LOCK) {
      factory = threads;
    }
  }

  static void add(Janitor janitor) {
    synchronized (LOCK) {
      Janitor[] more = Arrays.copyOf(janitors, janitors.length + 1);
      more[janitors.length] = janitor;
      if (thread == null || !thread.isAlive()) {
        Thread next = factory.newThread(JanitorThread::run);
        if (next == null) {
          throw new IllegalStateException("the thread factory for the janitor made no thread");
        }
        if (!next.isDaemon()) {
          next.setDaemon(true);
        }
        next.start();
        thread = next;
      }
      janitors = more;
    }
  }

  static void remove(Janitor janitor) {
    synchronized (LOCK) {
      janitors = Arrays.stream(janitors).filter(other -> other != janitor).toArray(Janitor[]::new);
    }
  }

  private static void run() {
    int idle = 0;
    int rounds = 0;
    while (idle < IDLE_ROUNDS || !tryEnd()) {
      LockSupport.parkNanos(PERIOD_NANOS);
      // Other code may interrupt this thread by mistake; with the flag set it would not sleep any
      // more.
      Thread.interrupted();
      Janitor[] now = janitors;
      idle = now.length == 0 ? idle + 1 : 0;
      rounds++;
      round(now, rounds);
    }
  }

  private static void round(Janitor[] now, int rounds) {
    int turns = 1 + now.length / STILL_A_ROUND;
    for (int i = 0; i < now.length; i++) {
      int own = now[i].isOfSender() ? Math.min(turns, SENDERS_TURNS) : turns;
      round(now[i], (i + rounds) % own == 0);
    }
  }

  private static void round(Janitor janitor, boolean due) {
    try {
      janitor.round(due);
    } catch (RuntimeException | Error e) {
      // It could not even note what went wrong: there is no memory, and none to tell it here. The
      // other rings are looked after all the same, and this one in the next round.
    }
  }

  private static boolean tryEnd() {
    synchronized (LOCK) {
      if (janitors.length > 0) {
        return false;
      }
      thread = null;
      return true;
    }
  }
}
