package hring.api;

/**
 * A region cannot be made, mapped or believed: no room, no permission, or bytes that no sound
 * region has.
 */
public final class RegionException extends HringException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what happened, why, and what to do
   */
  public RegionException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what happened, why, and what to do
   * @param cause what was caught
   */
  public RegionException(String message, Throwable cause) {
    super(message, cause);
  }
}
