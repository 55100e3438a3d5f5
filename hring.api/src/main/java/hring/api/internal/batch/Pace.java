package hring.api.internal.batch;

import java.util.concurrent.TimeUnit;

/**
 * How many messages a receiver claims at once: 1 at first, more while it is quick with them, so
 * that what it holds keeps it busy for {@value #HELD_MICROS} us at most, going by the last ones. A
 * slow receiver so leaves to others what it cannot come to.
 *
 * <p>The clock is looked at only when a claim took fewer than there were and fewer than it was
 * asked for: a message that comes alone costs no look.
 */
final class Pace {
  private static final int HELD_MICROS = 50;
  private static final long HELD_NANOS = TimeUnit.MICROSECONDS.toNanos(HELD_MICROS);

  private final int max;
  private int limit = 1;
  private long start;

  /** How many messages are being timed, 0 for none. */
  private int timed;

  Pace(int max) {
    this.max = max;
  }

  /** Returns how many to claim now at most, by what was claimed last and is done with. */
  int next() {
    if (timed > 0) {
      long now = System.nanoTime();
      long nanos = Math.max(1, now - start);
      // Twice as many at most: a single look may be wrong.
      limit = Math.clamp(timed * HELD_NANOS / nanos, 1, Math.min(max, 2 * limit));
      start = now;
    }
    return limit;
  }

  /** Takes note of a claim: of how many messages, and whether only the pace kept it from more. */
  void claimed(int messages, boolean held) {
    if (!held) {
      timed = 0;
    } else {
      if (timed == 0) {
        start = System.nanoTime();
      }
      timed = messages;
    }
  }
}
