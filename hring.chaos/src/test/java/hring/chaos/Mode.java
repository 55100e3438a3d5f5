package hring.chaos;

import hring.api.DeathPolicy;
import hring.api.Delivery;
import hring.api.SenderBuilder;

/** To whom messages are delivered, and what becomes of those that a receiver had when it died. */
enum Mode {
  /** To one; discarded. */
  DISCARD,
  /** To one; delivered again. */
  REDELIVER,
  /** To each that is attached. */
  TO_EACH;

  /** A receiver that is stopped for some tenths of a second is farther behind. */
  private static final int EVICT_BEHIND = 500;

  boolean isToEach() {
    return this == TO_EACH;
  }

  /** Whether a sender of a ring that delivers to each evicts who is slow: every other one does. */
  static boolean evicts(int generation) {
    // With each transport and each allocator, see SenderMain.
    return (generation / 2 + generation) % 2 == 1;
  }

  SenderBuilder of(SenderBuilder ring, int generation) {
    if (!isToEach()) {
      return ring.onReceiverDeath(DeathPolicy.valueOf(name()));
    }
    ring.delivery(Delivery.TO_EACH);
    return evicts(generation) ? ring.evictBehind(EVICT_BEHIND) : ring;
  }
}
