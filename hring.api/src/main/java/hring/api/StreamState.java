package hring.api;

/** Whether a receiver can expect more messages. */
public enum StreamState {
  /** There are messages, or the sender may still send some. */
  OPEN,
  /**
   * The last ring has ended and everything in it has been taken, but the receiver follows its
   * sender ({@link ReceiverBuilder#follow}) and has not found the next ring yet. {@link
   * Receiver#lastEnd} says how the last one ended.
   */
  BETWEEN,
  /** The sender closed the ring, and everything it submitted has been taken. */
  SENDER_CLOSED,
  /**
   * The sender's process ended without closing the ring, and everything it had submitted has been
   * taken.
   */
  SENDER_DIED,
  /**
   * The sender gave the ring up ({@link Sender#abort}), and everything it had submitted has been
   * taken: likely not all that it wanted to send. {@link Receiver#lastEnd} has its reason.
   */
  ABORTED;

  /**
   * Returns whether no message can come any more.
   *
   * @return false for {@link #OPEN} and {@link #BETWEEN}
   */
  public boolean isFinal() {
    return this != OPEN && this != BETWEEN;
  }
}
