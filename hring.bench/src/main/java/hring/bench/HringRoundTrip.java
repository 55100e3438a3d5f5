package hring.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.WaitStrategy;
import java.nio.file.Path;
import java.time.Duration;

/** A number over one ring and back over another. */
final class HringRoundTrip implements Workload {
  private static final String PING = "ping";
  private static final String PONG = "pong";
  private static final Duration STEP = Duration.ofMillis(100);

  private final String transport;
  private final WaitStrategy waitStrategy;

  HringRoundTrip(String transport, WaitStrategy waitStrategy) {
    this.transport = transport;
    this.waitStrategy = waitStrategy;
  }

  @Override
  public void sideA(SideA side) {
    try (Sender ping = open(side.directory(), PING)) {
      side.opened();
      try (Receiver pong =
          Hring.receiver(PONG)
              .directory(side.directory())
              .waitFor(HringStream.PATIENCE)
              .waitStrategy(waitStrategy)
              .attach()) {
        Held held = new Held(pong);
        side.roundTrips(
            value -> {
              send(ping, value);
              held.free();
              long address = take(pong);
              while (address == Address.NULL) {
                address = take(pong);
              }
              return held.read(address);
            });
        held.free();
      }
    }
  }

  @Override
  public void sideB(SideB side) {
    try (Receiver ping =
            Hring.receiver(PING)
                .directory(side.directory())
                .waitFor(HringStream.PATIENCE)
                .waitStrategy(waitStrategy)
                .attach();
        Sender pong = open(side.directory(), PONG)) {
      pong.awaitReceiver(HringStream.PATIENCE);
      Held held = new Held(ping);
      side.ready();
      while (side.goesOn()) {
        long address = take(ping);
        if (address != Address.NULL) {
          long value = held.read(address);
          send(pong, value);
          held.free();
          side.received(1, value);
        }
      }
    }
  }

  private Sender open(Path directory, String name) {
    return Hring.sender(name).directory(directory).transport(transport).open();
  }

  private long take(Receiver receiver) {
    return waitStrategy == WaitStrategy.SPIN ? receiver.take() : receiver.take(STEP);
  }

  private static void send(Sender sender, long value) {
    long address = sender.allocate(Long.BYTES);
    sender.pool().set(JAVA_LONG, sender.offset(address), value);
    sender.tryQueue(address);
    sender.submit();
  }

  /**
   * The message that was read last. It is freed after the next one is on its way, when nobody waits
   * for this side: as a receiver does that is in a hurry.
   */
  private static final class Held {
    private final Receiver receiver;
    private long address = Address.NULL;

    Held(Receiver receiver) {
      this.receiver = receiver;
    }

    long read(long message) {
      address = message;
      return receiver.pool().get(JAVA_LONG, receiver.offset(message));
    }

    void free() {
      if (address != Address.NULL) {
        receiver.free(address);
        address = Address.NULL;
      }
    }
  }
}
