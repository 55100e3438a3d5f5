package hring.api.internal.waiting;

import hring.api.spi.region.WakeWord;
import java.util.List;
import java.util.function.BooleanSupplier;

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
  private final BooleanSupplier isAwaited;
  private final Runnable report;

  /** Guarded by this. */
  private State state = State.RESTING;

  /** What it watches; guarded by this. */
  private List<WakeWord> words = List.of();

  /** Why it could not watch or report; guarded by this. */
  private Throwable failure;

  /**
   * Starts a thread, which rests.
   *
   * @param name of the thread
   * @param isAwaited whether the other thread sleeps until it is told
   * @param report what it does when it has seen a change, after it began to rest
   */
  Lookout(String name, BooleanSupplier isAwaited, Runnable report) {
    this.isAwaited = isAwaited;
    this.report = report;
    Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  private void run() {
    while (awaitOrder()) {
      try {
        watch.await(Long.MAX_VALUE);
        passOn();
      } catch (RuntimeException | Error e) {
        fail(e);
      }
      rest();
      try {
        report.run();
      } catch (RuntimeException | Error e) {
        // The other thread wakes by the clock, and learns it when it has something to watch.
        fail(e);
      }
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

  /** Before it rests: until then the words stay mapped. */
  private void passOn() {
    if (isAwaited.getAsBoolean()) {
      return;
    }
    try {
      watched().forEach(WakeWord::passOn);
    } catch (InternalError e) {
      // A file was truncated: the other thread finds that out.
    }
  }

  private synchronized List<WakeWord> watched() {
    return words;
  }

  private synchronized void fail(Throwable e) {
    if (failure == null) {
      failure = e;
    }
  }

  private synchronized void rest() {
    if (state == State.WATCHING) {
      state = State.RESTING;
    }
    notifyAll();
  }

  /**
   * Watches some of the rings, which have to stay mapped until it rests. Does nothing if it is
   * watching: what it watches is either up to date, or has changed, and then it is about to report.
   *
   * @throws hring.api.TransportException if the kernel refused the last time
   * @throws IllegalStateException if it failed in another way the last time
   */
  synchronized void watch(List<WakeWord> words) {
    rethrow();
    if (state == State.RESTING) {
      this.words = words;
      watch.begin();
      words.forEach(watch::add);
      state = State.WATCHING;
      notifyAll();
    }
  }

  private void rethrow() {
    Throwable thrown = failure;
    failure = null;
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown != null) {
      throw new IllegalStateException("a thread that watches rings for a group failed", thrown);
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
