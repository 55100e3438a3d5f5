package hring.api;

/** How a receiver waits for a message. */
public enum WaitStrategy {
  /** Looks again and again: the shortest delay, and a whole core while it waits. */
  SPIN,
  /** Looks for some microseconds, then sleeps in the kernel. */
  SPIN_THEN_PARK,
  /**
   * Sleeps in the kernel at once: no processor time while it waits, some microseconds to wake up.
   */
  PARK
}
