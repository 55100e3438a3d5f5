package hring.api;

/** What becomes of the messages that a receiver had claimed and not freed when its process died. */
public enum DeathPolicy {
  /** They are gone, and counted. No message is ever handled twice. */
  DISCARD,
  /**
   * They go to the next receiver, in the order they were queued, before anything that is submitted
   * later; {@link Receiver#redelivered} tells it. No message is lost while the sender lives, but
   * one that was being handled is handled again. {@link Sender#close} gives up, and counts, those
   * for which there is no room then.
   */
  REDELIVER
}
