package hring.chaos;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Reads the book all the time, and measures for how long nothing is handled although nothing
 * explains it. Sounds the alarm when nothing is handled at all.
 */
final class Observer implements AutoCloseable {
  private static final long PERIOD_MILLIS = 5;

  /** A longer pause of this thread is the machine's; no more than this of it counts. */
  private static final long COUNTED_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  private static final long ALARM_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Book book;
  private final BooleanSupplier explained;
  private final Thread thread = Thread.ofPlatform().daemon().name("observer").unstarted(this::run);
  private volatile boolean over;
  private volatile String alarm;
  private volatile long longest;
  private volatile int longOnes;

  /**
   * Creates one that does not run yet.
   *
   * @param explained tells whether nothing needs to be handled now
   */
  Observer(Book book, BooleanSupplier explained) {
    this.book = book;
    this.explained = explained;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      watch();
    } catch (RuntimeException e) {
      alarm = "the ledgers cannot be read: " + e;
    } catch (InterruptedException e) {
      alarm = "the observer was interrupted: " + e;
    }
  }

  private void watch() throws InterruptedException {
    long seen = 0;
    long quiet = 0;
    long before = System.nanoTime();
    long progress = before;
    while (!over) {
      Thread.sleep(PERIOD_MILLIS);
      long now = System.nanoTime();
      long handled = book.read();
      if (handled > seen) {
        seen = handled;
        progress = now;
        quiet = 0;
      } else if (explained.getAsBoolean()) {
        quiet = 0;
      } else {
        long was = quiet;
        quiet += Math.min(now - before, COUNTED_NANOS);
        longest = Math.max(longest, quiet);
        longOnes += was <= LONG_NANOS && quiet > LONG_NANOS ? 1 : 0;
      }
      if (now - progress > ALARM_NANOS) {
        alarm = "nothing was handled for 30 s";
        return;
      }
      before = now;
    }
  }

  void check() {
    if (alarm != null) {
      throw new AssertionError(alarm);
    }
  }

  long longestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(longest);
  }

  int longOnes() {
    return longOnes;
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    if (thread.getState() != Thread.State.NEW) {
      thread.join();
    }
  }
}
