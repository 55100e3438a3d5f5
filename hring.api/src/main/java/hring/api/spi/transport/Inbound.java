package hring.api.spi.transport;

/**
 * A receiver's end of a ring. Used by one thread only; the caller sees to that. Several receivers,
 * in several processes, may have ends of one ring: each message is claimed by exactly one.
 */
public interface Inbound extends AutoCloseable {
  /**
   * Returns the receiver's access to claims.
   *
   * @return the same object each time, for the receiver's thread
   */
  Claims claims();

  /**
   * Sleeps in the kernel until {@link Claims#hasEntries} may be true, the state of the ring has
   * changed, the sender has died, or time is up. May return early without a reason: the caller
   * looks again.
   *
   * @param nanos how long at most, in nanoseconds
   */
  void park(long nanos);

  /**
   * Wakes the receivers that sleep in {@link #park} on this ring, this one among them, so that they
   * look again. May be called by any thread, and while this end is being closed. A receiver that is
   * just going to sleep may miss it: the caller calls it again.
   */
  void wake();

  /**
   * Returns a human-readable description of how the ring is reached.
   *
   * @return for instance how it calls the kernel
   */
  String description();

  /** Leaves the ring. Other participants are not disturbed. */
  @Override
  void close();
}
