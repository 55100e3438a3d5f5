package hring.api;

/**
 * Something outside the program's own control does not allow what was asked: the machine, the
 * kernel, another process, or the bytes of a region. The message names the values, the cause and
 * the remedy. Wrong arguments are {@link IllegalArgumentException} and wrong order of calls {@link
 * IllegalStateException} instead.
 */
public class HringException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what happened, why, and what to do
   */
  public HringException(String message) {
    super(message);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param message what happened, why, and what to do
   * @param cause what was caught
   */
  public HringException(String message, Throwable cause) {
    super(message, cause);
  }
}
