package hring.api;

/** No ring has the wanted name, or another sender has the name already. */
public final class NameException extends HringException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, why, and what to do
   */
  public NameException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what happened, why, and what to do
   * @param cause what was caught
   */
  public NameException(String message, Throwable cause) {
    super(message, cause);
  }
}
