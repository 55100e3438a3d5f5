package hring.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.WaitStrategy;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A number over one ring and back over another, sent by copy and read where it lies. */
final class HringCopiedRoundTrip implements Workload {
  private static final String PING = "ping";
  private static final String PONG = "pong";

  private final String transport;

  HringCopiedRoundTrip(String transport) {
    this.transport = transport;
  }

  @Override
  public void sideA(SideA side) {
    try (Sender ping = open(side.directory(), PING)) {
      side.opened();
      try (Receiver pong = attach(side.directory(), PONG)) {
        Message sent = new Message(ping);
        Reader reader = new Reader(pong);
        side.roundTrips(
            value -> {
              sent.send(value);
              while (pong.poll(reader, 1) == 0) {
                Thread.onSpinWait();
              }
              return reader.value;
            });
      }
    }
  }

  @Override
  public void sideB(SideB side) {
    try (Receiver ping = attach(side.directory(), PING);
        Sender pong = open(side.directory(), PONG)) {
      pong.awaitReceiver(HringStream.PATIENCE);
      Message sent = new Message(pong);
      Reader reader = new Reader(ping);
      side.ready();
      while (side.goesOn()) {
        if (ping.poll(reader, 1) > 0) {
          sent.send(reader.value);
          side.received(1, reader.value);
        }
      }
    }
  }

  private Sender open(Path directory, String name) {
    return Hring.sender(name).directory(directory).transport(transport).open();
  }

  private static Receiver attach(Path directory, String name) {
    return Hring.receiver(name)
        .directory(directory)
        .waitFor(HringStream.PATIENCE)
        .waitStrategy(WaitStrategy.SPIN)
        .attach();
  }

  /** A message that lies elsewhere and is copied. */
  private static final class Message {
    private final MemorySegment memory = MemorySegment.ofArray(new long[1]);
    private final Sender sender;

    Message(Sender sender) {
      this.sender = sender;
    }

    void send(long value) {
      memory.set(JAVA_LONG, 0, value);
      while (!sender.trySend(memory)) {
        Thread.onSpinWait();
      }
    }
  }

  private static final class Reader implements LongConsumer {
    private final Receiver receiver;
    private final MemorySegment pool;
    private long value;

    Reader(Receiver receiver) {
      this.receiver = receiver;
      pool = receiver.pool();
    }

    @Override
    public void accept(long address) {
      value = pool.get(JAVA_LONG, receiver.offset(address));
    }
  }
}
