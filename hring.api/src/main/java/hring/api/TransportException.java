package hring.api;

/**
 * The transport is refused on this machine, or failed. The message names the setting that decides
 * it.
 */
public final class TransportException extends HringException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, why, and what to do
   */
  public TransportException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what happened, why, and what to do
   * @param cause what was caught
   */
  public TransportException(String message, Throwable cause) {
    super(message, cause);
  }
}
