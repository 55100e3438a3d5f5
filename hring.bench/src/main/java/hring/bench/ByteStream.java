package hring.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Messages of one known length, without framing, over a byte stream of the kernel. Small ones are
 * written and read 256 at a time, as many as a batch of hring has.
 */
final class ByteStream implements Workload {
  private static final int BATCH = 256;
  private static final int MAX_BUFFER = 1 << 16;

  private final int size;
  private final boolean socket;
  private final ByteBuffer buffer;
  private final MemorySegment memory;

  private ByteStream(int size, boolean socket) {
    this.size = size;
    this.socket = socket;
    int batch = Math.clamp(MAX_BUFFER / size, 1, BATCH);
    buffer = ByteBuffer.allocateDirect(size * batch).order(ByteOrder.nativeOrder());
    memory = MemorySegment.ofBuffer(buffer);
  }

  static ByteStream overSocket(int size) {
    return new ByteStream(size, true);
  }

  static ByteStream overPipe(int size) {
    return new ByteStream(size, false);
  }

  @Override
  public void sideA(SideA side) throws IOException, InterruptedException {
    try (WritableByteChannel channel = socket ? Link.acceptSocket(side) : Link.openPipe(side)) {
      side.stream(size, (first, count) -> send(channel, first, first + count));
    }
  }

  private void send(WritableByteChannel channel, long from, long to) {
    try {
      int filled = 0;
      for (long value = from; value < to; value++) {
        Payload.write(memory, filled, size, value);
        filled += size;
        if (filled == buffer.capacity()) {
          write(channel, filled);
          filled = 0;
        }
      }
      write(channel, filled);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(WritableByteChannel channel, int bytes) throws IOException {
    buffer.position(0).limit(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void sideB(SideB side) throws IOException {
    try (ReadableByteChannel channel = socket ? Link.connectSocket(side) : Link.openPipe(side)) {
      side.ready();
      while (channel.read(buffer) >= 0) {
        side.goesOn();
        readMessages(side);
      }
      // Side A closes after it has said that this is the end.
      side.goesOn();
    }
  }

  private void readMessages(SideB side) {
    int messages = buffer.position() / size;
    long sum = 0;
    for (int i = 0; i < messages; i++) {
      sum += Payload.read(memory, (long) i * size, size);
    }
    side.received(messages, sum);
    buffer.flip().position(messages * size);
    buffer.compact();
  }
}
