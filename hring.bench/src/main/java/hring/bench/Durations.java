package hring.bench;

import java.time.Duration;

/** How long the parts of one run take. */
record Durations(Duration warmUp, Duration measured) {
  static final Durations FULL = new Durations(Duration.ofSeconds(3), Duration.ofSeconds(2));
  static final Durations QUICK = new Durations(Duration.ofSeconds(2), Duration.ofMillis(500));

  long warmUpNanos() {
    return warmUp.toNanos();
  }

  long measuredNanos() {
    return measured.toNanos();
  }
}
