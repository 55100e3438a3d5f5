package hring.cli;

/** The exit codes of the command. The help of every subcommand lists them. */
final class ExitCode {
  static final int OK = 0;
  static final int ERROR = 1;
  static final int USAGE = 2;
  static final int SENDER_DIED = 3;
  static final int NOT_THERE = 4;
  static final int LOST = 5;

  /** As the shell reports a process that SIGINT ended. */
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
