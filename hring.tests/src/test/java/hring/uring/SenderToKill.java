package hring.uring;

import hring.api.Sender;
import hring.tests.ReceiverToKill;
import hring.tests.SequenceMessages;

/**
 * A sender in another process that stops before a call of io_uring_enter(2), and waits to be
 * killed.
 */
final class SenderToKill {
  private SenderToKill() {}

  /** Arguments: name, completion entries, how many messages are sent before, how many then. */
  public static void main(String[] args) {
    int entries = Integer.parseInt(args[1]);
    int before = Integer.parseInt(args[2]);
    int then = Integer.parseInt(args[3]);
    try (Sender sender = InterceptingTransport.ring(args[0], entries).open()) {
      for (int i = 0; i < before; i++) {
        SequenceMessages.send(sender, i, i + 1);
      }
      InterceptingTransport.interceptor =
          (_, _, _, _) -> {
            ReceiverToKill.stay();
            throw new AssertionError("nobody killed it");
          };
      SequenceMessages.send(sender, before, before + then);
    }
  }
}
