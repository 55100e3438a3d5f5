package hring.uring;

import hring.api.Sender;

/** A sender that stays where it would enter the ring, once it has sent so many messages. */
final class DoomedBeforeEnter {
  /** What it says when it is there. */
  static final String READY = "there";

  private DoomedBeforeEnter() {}

  /** Arguments: name, completion entries, how many messages are sent before, how many then. */
  public static void main(String[] args) {
    int entries = Integer.parseInt(args[1]);
    int before = Integer.parseInt(args[2]);
    int then = Integer.parseInt(args[3]);
    try (Sender sender =
        Numbers.ring(args[0])
            .transport(HinderedProvider.NAME)
            .ringEntries(entries, entries)
            .maxBatch(1)
            .open()) {
      for (int i = 0; i < before; i++) {
        Numbers.send(sender, i, i + 1);
      }
      HinderedProvider.hindrance = (_, _, _, _) -> stay();
      Numbers.send(sender, before, before + then);
    }
  }

  private static int stay() {
    System.out.println(READY);
    try {
      Thread.sleep(Numbers.PATIENCE.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError("somebody interrupted it", e);
    }
    throw new AssertionError("nobody killed it");
  }
}
