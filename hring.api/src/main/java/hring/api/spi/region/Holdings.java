package hring.api.spi.region;

/**
 * Looks whether any receiver holds messages, by the participant table alone. Two looks are needed:
 * a message may go from a receiver that is looked at later to one that was looked at before.
 *
 * <p>If both find nothing, there was an instant in between at which no receiver had a message
 * (claimed, handed out, or left in its slot), and none was being reclaimed:
 *
 * <ol>
 *   <li>Let a receiver have a message at the instant after the first look. If it took it before it
 *       was looked at, the first look found that it holds one ({@link Counters}): more were counted
 *       as taken than were done with. If later, the second look finds that it has taken more.
 *   <li>A slot whose state is the same at both looks had it in between: the word never comes again.
 * </ol>
 *
 * Used by one thread.
 */
public final class Holdings {
  private final Participants participants;

  // The result of the first look, by owner number.
  private final long[] states;
  private final long[] taken;

  /**
   * Creates one that has not looked yet.
   *
   * @param participants the participant table
   */
  public Holdings(Participants participants) {
    this.participants = participants;
    states = new long[participants.slots() + 1];
    taken = new long[participants.slots() + 1];
  }

  /**
   * Looks for the first time.
   *
   * @return false if some receiver may hold messages, or somebody reclaims or left some
   */
  public boolean areNone() {
    for (int owner = Participants.SENDER + 1; owner <= participants.slots(); owner++) {
      states[owner] = participants.state(owner);
      taken[owner] = participants.taken(owner);
      if (mayHold(owner)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Looks again, after {@link #areNone} returned true.
   *
   * @return false if some receiver may have held messages between the two looks
   */
  public boolean areStillNone() {
    for (int owner = Participants.SENDER + 1; owner <= participants.slots(); owner++) {
      if (participants.taken(owner) != taken[owner] || participants.state(owner) != states[owner]) {
        return false;
      }
    }
    return true;
  }

  private boolean mayHold(int owner) {
    return switch (SlotState.state(states[owner])) {
      // A participant that is joining has taken nothing yet.
      case SlotState.FREE, SlotState.JOINING -> false;
      case SlotState.ACTIVE -> participants.held(owner) != 0;
      default -> true;
    };
  }
}
