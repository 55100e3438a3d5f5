package hring.cli;

import hring.api.Recovered;

/** Says what became of the messages that receivers had taken when they died. */
final class Losses {
  private Losses() {}

  /** Returns a sentence, or an empty string if no message was lost or delivered again. */
  static String describe(Recovered recovered) {
    // At most, since a receiver that dies right after a claim may be counted with one too many.
    String lost = "at most " + count(recovered.discarded(), "message");
    String again = count(recovered.redelivered(), "message");
    String died = count(recovered.deaths(), "receiver") + " died";
    if (recovered.redelivered() == 0) {
      return recovered.discarded() == 0
          ? ""
          : died
              + ", and "
              + lost
              + " that had been taken and not finished are lost; with --on-receiver-death"
              + " redeliver, another receiver gets such messages";
    }
    return died
        + ", and "
        + again
        + " that had been taken and not finished were delivered again"
        + (recovered.discarded() == 0
            ? ""
            : "; " + lost + " are lost, for which there was no room at the end");
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
