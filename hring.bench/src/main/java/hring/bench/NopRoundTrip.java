package hring.bench;

import java.io.IOException;

/**
 * A number as the user data of one NOP and back as that of another; each side polls the completion
 * queue of the other's ring: the limit of a round trip by NOP.
 */
final class NopRoundTrip implements Workload {
  private static final String PING = "ping";
  private static final String PONG = "pong";

  @Override
  public void sideA(SideA side) throws IOException {
    BareRing ping = BareRing.make(side.directory().resolve(PING));
    side.awaitReceivers();
    BareRing pong = BareRing.attach(side.directory().resolve(PONG));
    side.roundTrips(
        value -> {
          ping.queue(value);
          ping.submit(1);
          return next(pong);
        });
  }

  private static long next(BareRing ring) {
    long value = ring.drain();
    while (value == 0) {
      Thread.onSpinWait();
      value = ring.drain();
    }
    return value;
  }

  @Override
  public void sideB(SideB side) throws IOException {
    BareRing pong = BareRing.make(side.directory().resolve(PONG));
    BareRing ping = BareRing.attach(side.directory().resolve(PING));
    side.ready();
    while (side.goesOn()) {
      long value = ping.drain();
      if (value == 0) {
        Thread.onSpinWait();
      } else {
        pong.queue(value);
        pong.submit(1);
        side.received(1, value);
      }
    }
  }
}
