package hring.cli;

/** Ends the command with a sentence for the user and an exit code. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One of {@link ExitCode}. */
  private final int exitCode;

  Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  Failure(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  static Failure interrupted() {
    return new Failure(ExitCode.INTERRUPTED, "interrupted");
  }

  int exitCode() {
    return exitCode;
  }
}
