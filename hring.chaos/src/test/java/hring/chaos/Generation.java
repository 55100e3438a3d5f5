package hring.chaos;

import hring.api.DeathPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What one sender sent, and what became of it. Used under the lock of the book. */
final class Generation {
  /**
   * What a receiver can have held when it was killed: a batch of 256, or a claim, and what it had
   * taken and not freed.
   */
  static final int HELD_AT_MOST = 600;

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

  /** How many receivers were killed that may have been attached while this was the sender. */
  int kills;

  /** How many of them had said that they were attached: the others had taken nothing. */
  int attachedKills;

  /** How many messages were handled by receivers that were killed before they freed them. */
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

  /** Says what is wrong with what became of the messages. */
  List<String> problems(DeathPolicy policy) {
    List<String> problems = new ArrayList<>();
    require(last < intent, "handled number " + last + " of " + intent + " announced", problems);
    require(deaths <= kills, deaths + " deaths, but " + kills + " kills", problems);
    require(
        !closed || deaths >= attachedKills,
        attachedKills + " attached receivers killed, but only " + deaths + " deaths",
        problems);
    if (policy == DeathPolicy.DISCARD) {
      afterDiscarding(problems);
    } else {
      afterRedelivering(problems);
    }
    return problems;
  }

  /** What is discarded was never handled, or was handled and not freed yet. */
  private void afterDiscarding(List<String> problems) {
    long missing = missing();
    long repeats = repeats();
    long allowed = discarded - heldAtDeath + HELD_AT_MOST * unnoticed();
    require(missing <= allowed, missing + " never handled, explained are " + allowed, problems);
    // Of each dead receiver, the list of a batch may be counted too: see Recovered.
    long counted = missing + heldAtDeath + maybeHeldAtDeath + deaths;
    require(
        !closed || discarded <= counted,
        discarded + " discarded, but only " + counted + " had any reason to be",
        problems);
    long most = HELD_AT_MOST * (long) attachedKills;
    require(discarded <= most, discarded + " discarded, but at most " + most + " held", problems);
    require(repeats == 0, repeats + " handled more than once", problems);
    require(redelivered == 0, redelivered + " redelivered", problems);
  }

  private void afterRedelivering(List<String> problems) {
    long missing = missing();
    long repeats = repeats();
    long allowed = HELD_AT_MOST * unnoticed();
    require(missing <= allowed, missing + " never handled, explained are " + allowed, problems);
    // What was handled and not freed is handled again, and nothing else is.
    require(
        !closed || repeats >= heldAtDeath,
        repeats + " repeats, but " + heldAtDeath + " were handled and not freed",
        problems);
    long most = heldAtDeath + maybeHeldAtDeath;
    require(repeats <= most, repeats + " repeats, with a reason at most " + most, problems);
    require(
        !closed || repeats <= redelivered,
        repeats + " repeats, but only " + redelivered + " redelivered",
        problems);
    require(discarded == 0, discarded + " discarded", problems);
  }

  /**
   * How many receivers that had taken something may have died without their sender noticing, at
   * most: none if it closed, since closing looks after the dead once more.
   */
  long unnoticed() {
    return closed ? 0 : Math.min(attachedKills, kills - deaths);
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
