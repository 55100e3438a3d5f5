package hring.api;

/** How a receiver waits for a message. */
public enum WaitStrategy {
  /** Spins: the shortest delay, and a whole core while it waits. */
  SPIN,
  /** Spins for some 20 microseconds, then sleeps in the kernel. */
  SPIN_THEN_PARK,
  /**
   * Sleeps in the kernel at once: no processor time while it waits, some microseconds to wake up.
   */
  PARK
}
