package hring.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What one sender sent, and what became of it. Used under the lock of the book. */
final class Generation {
  // What is counted of each message: whether it was handled unmarked, how often marked.
  private static final int ORDINARY = 1;
  private static final int MARKED = 2;
  private static final int MOST = 126;

  private static final int MOST_MESSAGES = 1 << 28;

  private final int number;
  private byte[] handled = new byte[1 << 16];
  private long last = -1;

  long intent;
  long submitted;
  long deaths;
  long discarded;
  long redelivered;

  /** Its ring; 0 before it is open. */
  long ring;

  boolean closed;
  boolean asleep;

  /** Whether the sender was told that all it submitted was handled or discarded. */
  boolean toldAllHandled;

  /** How many had not been handled when it was told; -1 before. */
  private long missingWhenTold = -1;

  /** Up to where receivers got it that got it to its end, if it was delivered to each; or -1. */
  private long end = -1;

  /** How many messages receivers gave back on purpose, or were about to. */
  long givenBack;

  /** How many receivers were killed that may have been attached while this was the sender. */
  int kills;

  /** How many of them had said that they were attached: the others had taken nothing. */
  int attachedKills;

  /**
   * How many messages were handled by receivers that were killed or left before they freed them.
   */
  private long heldAtDeath;

  /** How many more by receivers that were killed while they freed, and may have freed them. */
  private long maybeHeldAtDeath;

  Generation(int number) {
    this.number = number;
  }

  void handled(long message, boolean marked, List<String> problems) {
    if (message >= MOST_MESSAGES) {
      problems.add("sender " + number + " never sent " + message + ", and it was handled");
      return;
    }
    int at = Math.toIntExact(message);
    if (at >= handled.length) {
      handled = Arrays.copyOf(handled, Math.max(at + 1, 2 * handled.length));
    }
    last = Math.max(last, message);
    int ordinary = handled[at] & ORDINARY;
    if (!marked && ordinary > 0) {
      problems.add("sender " + number + ": " + message + " was handled twice, unmarked");
    }
    handled[at] =
        (byte) (marked ? Math.min(handled[at] + MARKED, MOST | ordinary) : handled[at] | ORDINARY);
  }

  /** A receiver was killed that had handled a message of this sender, and maybe freed it. */
  void countHeld(boolean maybeFreed) {
    heldAtDeath += maybeFreed ? 0 : 1;
    maybeHeldAtDeath += maybeFreed ? 1 : 0;
  }

  /** All ledgers were read since {@link #toldAllHandled} was seen. */
  void noteMissingWhenTold() {
    if (toldAllHandled && missingWhenTold < 0) {
      missingWhenTold = missing();
    }
  }

  long missing() {
    long missing = 0;
    for (int i = 0; i < submitted; i++) {
      missing += i >= handled.length || handled[i] == 0 ? 1 : 0;
    }
    return missing;
  }

  long repeats() {
    long repeats = 0;
    for (byte each : handled) {
      repeats += Math.max(0, (each & ORDINARY) + each / MARKED - 1);
    }
    return repeats;
  }

  /** A receiver got all before a number, and there was no more; returns whether others did so. */
  boolean agree(long number) {
    end = end < 0 ? number : end;
    return end == number;
  }

  /** Says what is wrong with what became of the messages. */
  List<String> problems(Mode mode) {
    List<String> problems = new ArrayList<>();
    require(last < intent, "handled number " + last + " of " + intent + " announced", problems);
    require(deaths <= kills, deaths + " deaths, but " + kills + " kills", problems);
    require(
        deaths >= attachedKills,
        attachedKills + " attached receivers killed, but only " + deaths + " deaths",
        problems);
    require(
        missingWhenTold < 0 || missingWhenTold == missing(),
        missingWhenTold + " not handled when all was said to be, " + missing() + " in the end",
        problems);
    switch (mode) {
      case DISCARD -> afterDiscarding(problems);
      case REDELIVER -> afterRedelivering(problems);
      case TO_EACH -> afterDeliveringToEach(problems);
    }
    return problems;
  }

  /** What is discarded was never handled, or was handled and not freed yet. */
  private void afterDiscarding(List<String> problems) {
    long missing = missing();
    long repeats = repeats();
    long allowed = discarded - heldAtDeath;
    require(missing <= allowed, missing + " never handled, explained are " + allowed, problems);
    long counted = missing + heldAtDeath + maybeHeldAtDeath + givenBack;
    require(
        discarded <= counted,
        discarded + " discarded, but only " + counted + " had any reason to be",
        problems);
    require(
        repeats <= givenBack,
        repeats + " repeats, but only " + givenBack + " were given back",
        problems);
    require(
        redelivered <= givenBack,
        redelivered + " redelivered, but only " + givenBack + " were given back",
        problems);
  }

  /** What was handled and not freed, or given back, is handled again; and nothing else is. */
  private void afterRedelivering(List<String> problems) {
    long missing = missing();
    long repeats = repeats();
    require(missing == 0, missing + " never handled", problems);
    require(
        repeats >= heldAtDeath,
        repeats + " repeats, but " + heldAtDeath + " were handled and not freed",
        problems);
    long most = heldAtDeath + maybeHeldAtDeath + givenBack;
    require(repeats <= most, repeats + " repeats, with a reason at most " + most, problems);
    require(
        repeats <= redelivered,
        repeats + " repeats, but only " + redelivered + " redelivered",
        problems);
    require(discarded == 0, discarded + " discarded", problems);
  }

  /** What each receiver got is judged elsewhere; nothing of a dead one is left. */
  private void afterDeliveringToEach(List<String> problems) {
    require(discarded == 0, discarded + " discarded", problems);
    require(redelivered == 0, redelivered + " redelivered", problems);
  }

  private void require(boolean holds, String problem, List<String> problems) {
    if (!holds) {
      problems.add(this + ": " + problem);
    }
  }

  @Override
  public String toString() {
    return "sender %d (%s, %d submitted, %d deaths noticed of %d, %d discarded, %d redelivered)"
        .formatted(
            number, closed ? "closed" : "killed", submitted, deaths, kills, discarded, redelivered);
  }
}
