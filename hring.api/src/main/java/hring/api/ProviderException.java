package hring.api;

/** No transport or allocator of the name that was asked for is present, or two have it. */
public final class ProviderException extends HringException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what happened, why, and what to do
   */
  public ProviderException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what happened, why, and what to do
   * @param cause what was caught
   */
  public ProviderException(String message, Throwable cause) {
    super(message, cause);
  }
}
