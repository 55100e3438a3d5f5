package hring.api;

/**
 * A receiver of a ring that delivers {@linkplain Delivery#TO_EACH to each} was too far behind: the
 * sender goes on without it. It is thrown once, when the receiver goes on itself: with the messages
 * submitted from now on.
 */
public final class EvictedException extends HringException {
  private static final long serialVersionUID = 1L;

  /** How many messages were missed. */
  private final long missed;

  /**
   * Creates an exception.
   *
   * @param message what happened, why, and what to do
   * @param missed how many messages the receiver missed
   */
  public EvictedException(String message, long missed) {
    super(message);
    this.missed = missed;
  }

  /**
   * Returns how many messages the receiver missed: those between the last that it was handed and
   * the first that it can get from now on.
   *
   * @return the number, 0 if it was evicted and had claimed all there was
   */
  public long missed() {
    return missed;
  }
}
