package hring.chaos;

import hring.api.Hring;
import hring.api.RegionException;
import hring.api.Sender;
import java.nio.file.Path;

/** Opens rings where there may be no room for them: each opens, or is refused cleanly. */
final class OpenerMain {
  private static final int TRIES = 20;
  private static final long POOL = 64 << 10;

  private OpenerMain() {}

  /** Argument: directory. */
  public static void main(String[] args) {
    int refused = 0;
    for (int i = 0; i < TRIES; i++) {
      try (Sender sender =
          Hring.sender("opened").directory(Path.of(args[0])).poolSize(POOL << i % 8).open()) {
        sender.trySend(new byte[] {1});
      } catch (RegionException e) {
        refused++;
      }
    }
    System.out.println(refused + " of " + TRIES + " refused");
  }
}
