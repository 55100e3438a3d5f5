package hring.cli;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.RingInfo;
import hring.api.spi.region.ClaimCursor;
import hring.api.spi.region.Region;
import java.time.Duration;

/**
 * A receiver that writes how many messages it got, and as how many entries of the ring they came.
 */
final class BatchSizes {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private BatchSizes() {}

  public static void main(String[] args) {
    try (Receiver receiver = Hring.receiver(args[0]).waitFor(PATIENCE).attach();
        Region region = Region.attach(ring(args[0]).file(), false)) {
      long messages = 0;
      for (long address = receiver.take(PATIENCE);
          address != Address.NULL;
          address = receiver.take(PATIENCE)) {
        messages++;
        receiver.free(address);
      }
      System.out.println(messages + " " + ClaimCursor.count(region.claimCursor().read()));
    }
  }

  private static RingInfo ring(String name) {
    return Hring.rings().stream().filter(ring -> ring.name().equals(name)).findAny().orElseThrow();
  }
}
