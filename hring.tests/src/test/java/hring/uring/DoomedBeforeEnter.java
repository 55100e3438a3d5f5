package hring.uring;

import hring.api.Sender;
import hring.tests.Doomed;
import hring.tests.Numbers;

/** A sender that stays where it would enter the ring, once it has sent so many messages. */
final class DoomedBeforeEnter {
  private DoomedBeforeEnter() {}

  /** Arguments: name, completion entries, how many messages are sent before, how many then. */
  public static void main(String[] args) {
    int entries = Integer.parseInt(args[1]);
    int before = Integer.parseInt(args[2]);
    int then = Integer.parseInt(args[3]);
    try (Sender sender = HinderedProvider.ring(args[0], entries).open()) {
      for (int i = 0; i < before; i++) {
        Numbers.send(sender, i, i + 1);
      }
      HinderedProvider.hindrance =
          (_, _, _, _) -> {
            Doomed.stay();
            throw new AssertionError("nobody killed it");
          };
      Numbers.send(sender, before, before + then);
    }
  }
}
