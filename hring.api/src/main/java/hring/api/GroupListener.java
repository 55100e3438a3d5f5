package hring.api;

/**
 * Is told which rings a group of receivers receives from. Called by the group's thread, in {@link
 * ReceiverGroup#poll} and {@link ReceiverGroup#await}. As a message handler it may not call methods
 * of the group, but for {@link ReceiverGroup#rings}. What it throws, that call of the group throws;
 * it is not told the same again, and of other rings in the next call.
 */
public interface GroupListener {
  /**
   * The group has attached to a ring.
   *
   * @param ring its name
   */
  default void joined(String ring) {}

  /**
   * The group has left a ring: it has ended, and all that was submitted is taken; or it is damaged,
   * and the end is {@link StreamState#ABORTED}.
   *
   * @param ring its name
   * @param end how it ended
   */
  default void left(String ring, StreamEnd end) {}

  /**
   * The group cannot attach to a ring whose name matches. It is tried again, once a second; told
   * once for each file. By default this is a warning to the logger "hring".
   *
   * @param ring its name
   * @param reason why not: what {@link ReceiverBuilder#attach} would throw
   */
  default void refused(String ring, RuntimeException reason) {
    System.getLogger("hring")
        .log(
            System.Logger.Level.WARNING,
            "a group of receivers cannot attach to the ring '" + ring + "'; trying again",
            reason);
  }
}
