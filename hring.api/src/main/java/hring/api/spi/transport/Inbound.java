package hring.api.spi.transport;

/**
 * A receiver's end of a ring. Used by one thread only; the caller sees to that. Several receivers,
 * in several processes, may have ends of one ring: each message is claimed by exactly one.
 */
public interface Inbound extends AutoCloseable {
  /**
   * Gives access to what can be claimed.
   *
   * @return the same object each time, for the receiver's thread
   */
  Claims claims();

  /**
   * Sleeps in the kernel until {@link Claims#hasEntries} may be true, the state of the ring has
   * changed, the sender has died, or time is up. Returns early for no reason at times: the caller
   * looks again.
   *
   * @param nanos how long at most, in nanoseconds
   */
  void park(long nanos);

  /**
   * Gets receivers that sleep in {@link #park} on this ring to look again, this one among them. May
   * be called by any thread, and while this end is being closed. A receiver that is just going to
   * sleep may miss it: the caller calls it again.
   */
  void wake();

  /**
   * Describes how the ring is reached, for people.
   *
   * @return for instance the way it calls the kernel
   */
  String description();

  /** Leaves the ring. Other participants are not disturbed. */
  @Override
  void close();
}
