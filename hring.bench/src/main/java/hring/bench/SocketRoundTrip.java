package hring.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A number over a Unix domain socket and back; both sides sleep in the kernel while they wait. */
final class SocketRoundTrip implements Workload {
  @Override
  public void sideA(SideA side) throws IOException {
    try (ByteChannel channel = Link.acceptSocket(side)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(Long.BYTES);
      side.roundTrips(
          value -> {
            try {
              send(channel, buffer, value);
              receive(channel, buffer);
              return buffer.getLong(0);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  @Override
  public void sideB(SideB side) throws IOException {
    try (ByteChannel channel = Link.connectSocket(side)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(Long.BYTES);
      side.ready();
      while (receive(channel, buffer)) {
        side.goesOn();
        long value = buffer.getLong(0);
        send(channel, buffer, value);
        side.received(1, value);
      }
      side.goesOn();
    }
  }

  private static void send(ByteChannel channel, ByteBuffer buffer, long value) throws IOException {
    buffer.clear().putLong(0, value);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static boolean receive(ByteChannel channel, ByteBuffer buffer) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        return false;
      }
    }
    return true;
  }
}
