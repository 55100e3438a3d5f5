package hring.api;

/** No ring has the name that was asked for, or another sender has it already. */
public final class NameException extends HringException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what happened, why, and what to do
   */
  public NameException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what happened, why, and what to do
   * @param cause what was caught
   */
  public NameException(String message, Throwable cause) {
    super(message, cause);
  }
}
