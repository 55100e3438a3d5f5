package hring.api;

/**
 * What becomes of the messages that a receiver was handed and had not freed when its process died,
 * or when it was closed. What it had claimed and was never handed goes to another receiver under
 * either policy, before anything newer, in its order; with one exception: a receiver whose process
 * is killed while it polls quickly may count up to 15 messages as handed out that its handler was
 * not given yet.
 */
public enum DeathPolicy {
  /** They are gone, and counted. No message is handed out twice. */
  DISCARD,
  /**
   * They go to other receivers, in no order among each other, before anything that nobody has
   * claimed yet; {@link Receiver#deliveries} tells it. Every message that was submitted is handled
   * at least once, as long as any receiver is attached; the sender is not needed for it. A message
   * that has been handed out {@link SenderBuilder#deliveryLimit} times is discarded, and counted.
   *
   * <p>A handler of {@link Receiver#poll} that only puts the message somewhere for later, and
   * returns, has handled it: what is lost behind it is lost.
   */
  REDELIVER
}
