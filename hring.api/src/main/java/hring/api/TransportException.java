package hring.api;

/** The transport is refused here, or broke: the message names the knob that decides it. */
public final class TransportException extends HringException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what happened, why, and what to do
   */
  public TransportException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what happened, why, and what to do
   * @param cause what was caught
   */
  public TransportException(String message, Throwable cause) {
    super(message, cause);
  }
}
