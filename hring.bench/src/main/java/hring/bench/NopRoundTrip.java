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
    Way ping =
        new Way(BareRing.make(side.directory().resolve(PING)), messages(side.directory(), PING));
    side.awaitReceivers();
    Way pong =
        new Way(BareRing.attach(side.directory().resolve(PONG)), messages(side.directory(), PONG));
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
    Way pong =
        new Way(BareRing.make(side.directory().resolve(PONG)), messages(side.directory(), PONG));
    Way ping =
        new Way(BareRing.attach(side.directory().resolve(PING)), messages(side.directory(), PING));
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

    /** Gives the number that came, 0 if none has. */
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
