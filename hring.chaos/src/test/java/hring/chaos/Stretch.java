package hring.chaos;

import java.util.List;

/**
 * What one receiver got of one ring that delivers to each: every message from where it attached on,
 * one after the other, but for those that it was told it had missed. Used under the lock of the
 * book.
 */
final class Stretch {
  private static final long UNKNOWN = -1;

  private final String who;
  private final Generation sender;

  /** How many messages had been submitted before it can have attached: it cannot get those. */
  private final long before;

  /** How many may have been queued before it had attached: it must get all others. */
  private long announced = UNKNOWN;

  /** The first message that it was attached for. */
  private long first = UNKNOWN;

  /** The message that must come next. */
  private long next = UNKNOWN;

  private long missed;
  private boolean judged;

  /**
   * Begins when the receiver says that it is attached.
   *
   * @param who the receiver, human-readable
   * @param sender the ring's
   * @param before how many messages had been submitted before it can have attached
   */
  Stretch(String who, Generation sender, long before) {
    this.who = who;
    this.sender = sender;
    this.before = before;
  }

  /** The sender's ledger was read after the receiver had said that it is attached. */
  void readSender() {
    announced = announced == UNKNOWN ? sender.intent : announced;
  }

  void handled(Generation from, long number, List<String> problems) {
    require(from == sender, "got message " + number + " of " + from, problems);
    if (first == UNKNOWN) {
      first = number - missed;
      next = number;
    }
    require(number == next, "got message " + number + " instead of " + next, problems);
    next = number + 1;
  }

  void missed(long count) {
    missed += count;
    next += next == UNKNOWN ? 0 : count;
  }

  /** The sender was told that all is handled, and all ledgers were read after that. */
  void requireAll(List<String> problems) {
    require(
        next == UNKNOWN || next >= sender.submitted,
        "had got all before " + next + " when all was said to be handled",
        problems);
  }

  /**
   * The receiver goes on with another ring, or has ended.
   *
   * @param complete whether it was attached until the ring was over
   */
  void judge(boolean complete, List<String> problems) {
    if (judged) {
      return;
    }
    judged = true;
    readSender();
    if (first == UNKNOWN) {
      require(
          !complete || sender.submitted - missed <= announced,
          "got nothing, missed " + missed + ", and " + announced + " were announced before",
          problems);
      return;
    }
    require(
        before <= first && first <= announced,
        "attached for " + first + ", which should be from " + before + " to " + announced,
        problems);
    if (complete) {
      require(
          next >= sender.submitted && next <= sender.intent,
          "got all before " + next + " in the end, and " + sender.intent + " were announced",
          problems);
      require(sender.agree(next), "got all before " + next + ", and others did not", problems);
    }
  }

  private void require(boolean holds, String problem, List<String> problems) {
    if (!holds) {
      problems.add(who + " of " + sender + ": " + problem);
    }
  }
}
