package hring.api;

/** What happens to a message whose handler throws in {@link Receiver#poll}. */
public enum FailurePolicy {
  /** The message counts as handled, and is freed. */
  HANDLED,
  /**
   * The message is given back, as by {@link Receiver#giveBack}: it goes to any receiver, maybe to
   * this one again. A message that fails each time is discarded after {@link
   * SenderBuilder#deliveryLimit} deliveries.
   */
  GIVE_BACK
}
