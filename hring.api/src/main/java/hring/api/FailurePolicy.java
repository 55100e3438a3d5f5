package hring.api;

/** What becomes of the message whose handler throws in {@link Receiver#poll}. */
public enum FailurePolicy {
  /** It counts as handled, and is freed. */
  HANDLED,
  /**
   * It goes back, as by {@link Receiver#giveBack}: to any receiver, maybe to this one again. A
   * message that fails each time is discarded after {@link SenderBuilder#deliveryLimit} tries.
   */
  GIVE_BACK
}
