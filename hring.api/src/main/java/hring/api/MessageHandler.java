package hring.api;

import java.lang.foreign.MemorySegment;

/** Handles the messages that {@link Receiver#poll} finds. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Handles one message. The payload is the sender's own bytes, not a copy: it is valid <b>until
   * this method returns</b>, then the block is freed. Copy what is to last longer, or receive it
   * with {@link Receiver#take} instead.
   *
   * <p>If it throws, {@link Receiver#poll} throws the same, and its next call goes on with the
   * message after it. The message itself counts as handled and is freed, unless {@link
   * ReceiverBuilder#onHandlerFailure} says otherwise.
   *
   * @param address the address of the message
   * @param payload its bytes, as long as the sender allocated it
   */
  void onMessage(long address, MemorySegment payload);
}
