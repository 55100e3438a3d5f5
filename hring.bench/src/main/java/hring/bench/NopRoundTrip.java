package hring.bench;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A number as the user data of one NOP and back as that of another; each side polls the completion
 * queue of the other's ring: the limit of a round trip by NOP. With messages, the number is also
 * that of a message in plain shared memory: the limit of one that has a place and an owner.
 */
final class NopRoundTrip implements Workload {
  private static final String PING = "ping";
  private static final String PONG = "pong";

  private final boolean withMessages;

  private NopRoundTrip(boolean withMessages) {
    this.withMessages = withMessages;
  }

  static NopRoundTrip bare() {
    return new NopRoundTrip(false);
  }

  static NopRoundTrip withMessages() {
    return new NopRoundTrip(true);
  }

  @Override
  public void sideA(SideA side) throws IOException {
    Way ping = make(side.directory(), PING);
    side.awaitReceivers();
    Way pong = attach(side.directory(), PONG);
    side.roundTrips(
        value -> {
          ping.send(value);
          if (value > 1) {
            pong.free(value - 1);
          }
          long back = pong.receive();
          while (back == 0) {
            Thread.onSpinWait();
            back = pong.receive();
          }
          return back;
        });
  }

  @Override
  public void sideB(SideB side) throws IOException {
    Way pong = make(side.directory(), PONG);
    Way ping = attach(side.directory(), PING);
    side.ready();
    while (side.goesOn()) {
      long value = ping.receive();
      if (value == 0) {
        Thread.onSpinWait();
      } else {
        pong.send(value);
        ping.free(value);
        side.received(1, value);
      }
    }
  }

  private Way make(Path directory, String name) throws IOException {
    return new Way(BareRing.make(directory.resolve(name)), messages(directory, name));
  }

  private Way attach(Path directory, String name) throws IOException {
    return new Way(BareRing.attach(directory.resolve(name)), messages(directory, name));
  }

  private BareMessages messages(Path directory, String name) throws IOException {
    return withMessages ? new BareMessages(directory.resolve(name + ".messages")) : null;
  }

  /** One direction: a ring, and the messages that it names, if there are any. */
  private record Way(BareRing ring, BareMessages messages) {
    void send(long value) {
      if (messages != null) {
        messages.put(value);
      }
      ring.queue(value);
      ring.submit(1);
    }

    /** Returns the number that came, 0 if none has. */
    long receive() {
      long value = ring.drain();
      return value == 0 || messages == null ? value : messages.take(value);
    }

    void free(long value) {
      if (messages != null) {
        messages.free(value);
      }
    }
  }
}
