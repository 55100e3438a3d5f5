package hring.api;

import java.lang.foreign.MemorySegment;

/** Handles the messages that {@link Receiver#poll} finds. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Handles one message. The payload is the sender's own bytes, not a copy: it is valid <b>until
   * this method returns</b>, then the block is freed. What is to last longer is copied, or received
   * with {@link Receiver#take} instead.
   *
   * <p>If it throws, this message counts as handled and is freed; {@link Receiver#poll} throws the
   * same, and the next call goes on with the message after it.
   *
   * @param address the address of the message
   * @param payload its bytes, as long as the sender allocated it
   */
  void onMessage(long address, MemorySegment payload);
}
