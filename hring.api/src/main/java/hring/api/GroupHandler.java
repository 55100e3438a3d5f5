package hring.api;

import java.lang.foreign.MemorySegment;

/** Handles the messages that {@link ReceiverGroup#poll} finds. */
@FunctionalInterface
public interface GroupHandler {
  /**
   * Handles one message. As for {@link MessageHandler#onMessage}, the payload is the sender's own
   * bytes, valid <b>until this method returns</b>; then the block is freed. Copy what is to last
   * longer. If this throws, {@link ReceiverGroup#poll} throws the same.
   *
   * @param ring the name of the ring that it came from
   * @param address the address of the message, which means a block of that ring alone
   * @param payload its bytes, as long as the sender allocated it
   */
  void onMessage(String ring, long address, MemorySegment payload);
}
