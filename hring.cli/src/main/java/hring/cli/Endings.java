package hring.cli;

import hring.api.StreamEnd;
import hring.api.StreamState;

/** Says how a ring ended whose messages were written to standard output. */
final class Endings {
  private Endings() {}

  /**
   * Returns the exit code for a ring that its sender closed.
   *
   * @param name the name of the ring
   * @param end how it ended
   * @param written what of it was written, for a sentence
   * @throws Failure if the sender did not close it: the output is likely not complete
   */
  static int exitCode(String name, StreamEnd end, String written) {
    if (end.state() == StreamState.ABORTED) {
      throw new Failure(
          ExitCode.SENDER_DIED,
          "the sender of '"
              + name
              + "' gave the ring up: "
              + printable(end.reason())
              + "; "
              + written
              + ", but the output is likely not complete");
    }
    if (end.state() == StreamState.SENDER_DIED) {
      throw new Failure(
          ExitCode.SENDER_DIED,
          "the sender of '"
              + name
              + "' died without closing the ring; "
              + written
              + ", but the output is likely not complete");
    }
    return ExitCode.OK;
  }

  /** The reason is another process's text: it is not to steer the terminal. */
  private static String printable(String reason) {
    return reason.isEmpty() ? "it does not say why" : reason.replaceAll("\\p{C}", "?");
  }
}
