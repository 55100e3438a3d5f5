package hring.bench;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;

/** A number over one stream of Aeron and back over another. */
final class AeronRoundTrip implements Workload {
  private static final int PING = 1;
  private static final int PONG = 2;

  @Override
  public void sideA(SideA side) {
    try (AeronNode node = AeronNode.withDriver(side.directory())) {
      ExclusivePublication ping = node.publication(PING);
      Subscription pong = node.subscription(PONG);
      Sum sum = new Sum();
      side.roundTrips(
          value -> {
            node.send(ping, Long.BYTES, value);
            while (AeronNode.poll(pong, sum) == 0) {
              Thread.onSpinWait();
            }
            return sum.take();
          });
    }
  }

  @Override
  public void sideB(SideB side) {
    Sum sum = new Sum();
    try (AeronNode node = AeronNode.client(side.directory())) {
      ExclusivePublication pong = node.publication(PONG);
      Subscription ping = node.subscription(PING);
      AeronNode.awaitConnected(ping);
      side.ready();
      while (side.goesOn()) {
        if (AeronNode.poll(ping, sum) == 0) {
          Thread.onSpinWait();
        } else {
          long value = sum.take();
          node.send(pong, Long.BYTES, value);
          side.received(1, value);
        }
      }
    }
  }
}
