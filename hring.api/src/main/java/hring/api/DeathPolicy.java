package hring.api;

/**
 * What happens to messages that were handed to a receiver and not freed when its process dies, or
 * when it is closed. Messages that it had claimed and that were never handed out go to other
 * receivers under either policy, before newer ones and in their order. With one exception: if a
 * receiver is killed while it polls quickly, up to 15 messages may count as handed out although its
 * handler was not given them yet.
 */
public enum DeathPolicy {
  /**
   * The messages are discarded, and counted. No message is handed out twice, unless it is
   * {@linkplain Receiver#giveBack given back}.
   */
  DISCARD,
  /**
   * The messages go to other receivers, in no order among each other, before messages that nobody
   * has claimed yet. {@link Receiver#deliveries} returns how often a message was handed out before.
   * Every message that was submitted is handled at least once, as long as any receiver is attached;
   * the sender is not needed for it. A message that has been handed out {@link
   * SenderBuilder#deliveryLimit} times is discarded, and counted.
   *
   * <p>A message counts as handled when the handler of {@link Receiver#poll} returns. If the
   * handler only stores it for later, it is not delivered again.
   */
  REDELIVER
}
