package hring.api;

/** Whether a receiver can expect more messages. */
public enum StreamState {
  /** There are messages, or the sender may still send some. */
  OPEN,
  /** The sender closed the ring, and everything it submitted has been taken. */
  SENDER_CLOSED,
  /**
   * The sender's process ended without closing the ring, and everything it had submitted has been
   * taken.
   */
  SENDER_DIED
}
