package hring.bench;

import java.time.Duration;

/** How long the parts of one run take. */
record Durations(Duration warmUp, Duration measured) {
  static final Durations FULL = new Durations(Duration.ofSeconds(8), Duration.ofSeconds(2));
  static final Durations QUICK = new Durations(Duration.ofSeconds(6), Duration.ofSeconds(1));

  long warmUpNanos() {
    return warmUp.toNanos();
  }

  long measuredNanos() {
    return measured.toNanos();
  }
}
