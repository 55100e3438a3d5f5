package hring.cli;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import java.time.Duration;

/** A receiver that takes some messages, says so, and keeps them until it is killed. */
final class Hoarder {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Hoarder() {}

  public static void main(String[] args) throws InterruptedException {
    try (Receiver receiver = Hring.receiver(args[0]).waitFor(PATIENCE).attach()) {
      for (int i = 0; i < Integer.parseInt(args[1]); i++) {
        if (receiver.take(PATIENCE) == Address.NULL) {
          throw new IllegalStateException("no message " + i);
        }
      }
      System.out.println("taken");
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
