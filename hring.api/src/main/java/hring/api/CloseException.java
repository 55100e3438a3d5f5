package hring.api;

/**
 * An end of a ring was closed, and something is left: somebody still uses it, and a second close
 * finishes it; or messages were queued that only the sender's thread could have submitted. The
 * message says which.
 */
public final class CloseException extends HringException {
  private static final long serialVersionUID = 1;

  /**
   * Creates an exception.
   *
   * @param message what is left, and what to do
   */
  public CloseException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what is left, and what to do
   * @param cause why
   */
  public CloseException(String message, Throwable cause) {
    super(message, cause);
  }
}
