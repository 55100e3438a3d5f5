package hring.bench;

import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;

/** A number over one queue of Chronicle's and back over another. */
final class ChronicleRoundTrip implements Workload {
  private static final String PING = "ping";
  private static final String PONG = "pong";

  @Override
  public void sideA(SideA side) {
    Sum sum = new Sum();
    try (ChronicleStore pings = new ChronicleStore(side.directory(), PING);
        ChronicleStore pongs = new ChronicleStore(side.directory(), PONG);
        ExcerptAppender ping = pings.appender();
        ExcerptTailer pong = pongs.tailer()) {
      side.roundTrips(
          value -> {
            ChronicleStore.send(ping, value);
            while (!ChronicleStore.read(pong, sum)) {
              Thread.onSpinWait();
            }
            return sum.take();
          });
    }
  }

  @Override
  public void sideB(SideB side) {
    Sum sum = new Sum();
    try (ChronicleStore pings = new ChronicleStore(side.directory(), PING);
        ChronicleStore pongs = new ChronicleStore(side.directory(), PONG);
        ExcerptTailer ping = pings.tailer();
        ExcerptAppender pong = pongs.appender()) {
      side.ready();
      while (side.goesOn()) {
        if (ChronicleStore.read(ping, sum)) {
          long value = sum.take();
          ChronicleStore.send(pong, value);
          side.received(1, value);
        } else {
          Thread.onSpinWait();
        }
      }
    }
  }
}
