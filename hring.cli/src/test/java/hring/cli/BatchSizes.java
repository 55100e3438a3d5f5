package hring.cli;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import java.time.Duration;

/** A receiver that writes how many messages each batch has, one number a line. */
final class BatchSizes {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private BatchSizes() {}

  public static void main(String[] args) {
    try (Receiver receiver = Hring.receiver(args[0]).waitFor(PATIENCE).attach()) {
      long first = receiver.take(PATIENCE);
      while (first != Address.NULL) {
        int rest = receiver.pending();
        System.out.println(1 + rest);
        receiver.free(first);
        for (int i = 0; i < rest; i++) {
          receiver.free(receiver.take());
        }
        first = receiver.take(PATIENCE);
      }
    }
  }
}
