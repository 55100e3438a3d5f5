package hring.bench;

import java.io.IOException;

/** A number over one of Agrona's ring buffers and back over another. */
final class AgronaRoundTrip implements Workload {
  private static final String PING = "ping";
  private static final String PONG = "pong";

  @Override
  public void sideA(SideA side) throws IOException {
    AgronaRing ping = new AgronaRing(side.directory(), PING);
    AgronaRing pong = new AgronaRing(side.directory(), PONG);
    Sum sum = new Sum();
    side.roundTrips(
        value -> {
          ping.send(Long.BYTES, value);
          while (pong.read(sum) == 0) {
            Thread.onSpinWait();
          }
          return sum.take();
        });
  }

  @Override
  public void sideB(SideB side) throws IOException {
    AgronaRing ping = new AgronaRing(side.directory(), PING);
    AgronaRing pong = new AgronaRing(side.directory(), PONG);
    Sum sum = new Sum();
    side.ready();
    while (side.goesOn()) {
      if (ping.read(sum) == 0) {
        Thread.onSpinWait();
      } else {
        long value = sum.take();
        pong.send(Long.BYTES, value);
        side.received(1, value);
      }
    }
  }
}
