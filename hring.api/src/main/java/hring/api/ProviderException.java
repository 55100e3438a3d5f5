package hring.api;

/**
 * No transport or allocator of the wanted name is present, or several have it; or one broke its
 * contract.
 */
public final class ProviderException extends HringException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, why, and what to do
   */
  public ProviderException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what happened, why, and what to do
   * @param cause what was caught
   */
  public ProviderException(String message, Throwable cause) {
    super(message, cause);
  }
}
