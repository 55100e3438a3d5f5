package hring.api.internal.waiting;

import hring.api.spi.region.WakeWord;
import java.util.List;

/**
 * A thread that sleeps on the wake words of up to {@link Watch#MAX_RINGS} rings for another thread,
 * which it tells once when one of them changes. Then it rests until it is told to watch again. Its
 * methods are for the other thread.
 */
final class Lookout {
  private enum State {
    RESTING,
    WATCHING,
    ENDED
  }

  private final Watch watch = new Watch();
  private final Runnable report;

  /** Guarded by this. */
  private State state = State.RESTING;

  /** Why it cannot watch; guarded by this. */
  private RuntimeException failure;

  /**
   * Starts a thread, which rests.
   *
   * @param name of the thread
   * @param report what it does when it has seen a change, after it began to rest
   */
  Lookout(String name, Runnable report) {
    this.report = report;
    Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  private void run() {
    while (awaitOrder()) {
      RuntimeException failed = null;
      try {
        watch.await(Long.MAX_VALUE);
      } catch (RuntimeException e) {
        failed = e;
      }
      rest(failed);
      report.run();
    }
  }

  private synchronized boolean awaitOrder() {
    while (state == State.RESTING) {
      try {
        wait();
      } catch (InterruptedException e) {
        // Nobody has any business to interrupt it: it goes on resting.
      }
    }
    return state == State.WATCHING;
  }

  private synchronized void rest(RuntimeException failed) {
    failure = failed;
    if (state == State.WATCHING) {
      state = State.RESTING;
    }
    notifyAll();
  }

  /**
   * Watches some of the rings, which have to stay mapped until it rests. Does nothing if it is
   * watching: what it watches is either up to date, or has changed, and then it is about to report.
   *
   * @throws hring.api.TransportException if it could not watch the last time
   */
  synchronized void watch(List<WakeWord> words, int from, int to) {
    if (failure != null) {
      RuntimeException thrown = failure;
      failure = null;
      throw thrown;
    }
    if (state == State.RESTING) {
      watch.begin();
      for (int i = from; i < to; i++) {
        watch.add(words.get(i));
      }
      state = State.WATCHING;
      notifyAll();
    }
  }

  /** Makes it rest; when this returns it does. */
  synchronized void stop() {
    boolean interrupted = false;
    while (state == State.WATCHING) {
      watch.ring();
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends its thread. When this returns it does not watch any more. */
  synchronized void end() {
    stop();
    state = State.ENDED;
    notifyAll();
  }
}
