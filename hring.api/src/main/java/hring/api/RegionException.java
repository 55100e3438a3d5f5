package hring.api;

/** A region cannot be created or mapped (no room, no permission), or its bytes are damaged. */
public final class RegionException extends HringException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, why, and what to do
   */
  public RegionException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what happened, why, and what to do
   * @param cause what was caught
   */
  public RegionException(String message, Throwable cause) {
    super(message, cause);
  }
}
