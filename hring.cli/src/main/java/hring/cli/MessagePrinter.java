package hring.cli;

import hring.api.MessageHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Writes messages to a channel, byte for byte: large ones straight from their block, small ones
 * gathered, so that a small message does not cost a system call.
 */
final class MessagePrinter implements MessageHandler {
  private static final int BUFFER = 1 << 16;
  private static final int LARGE = 1 << 12;

  private final WritableByteChannel out;
  private final boolean lines;
  private final ByteBuffer gathered = ByteBuffer.allocateDirect(BUFFER);
  private final MemorySegment gatheredBytes = MemorySegment.ofBuffer(gathered);

  MessagePrinter(WritableByteChannel out, boolean lines) {
    this.out = out;
    this.lines = lines;
  }

  @Override
  public void onMessage(long address, MemorySegment payload) {
    int length = (int) payload.byteSize();
    try {
      if (length > gathered.remaining()) {
        flush();
      }
      if (length >= LARGE) {
        flush();
        write(payload.asByteBuffer());
      } else {
        MemorySegment.copy(payload, 0, gatheredBytes, gathered.position(), length);
        gathered.position(gathered.position() + length);
      }
      if (lines && payload.get(ValueLayout.JAVA_BYTE, length - 1L) != '\n') {
        newline();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void newline() throws IOException {
    if (!gathered.hasRemaining()) {
      flush();
    }
    gathered.put((byte) '\n');
  }

  void flush() throws IOException {
    gathered.flip();
    write(gathered);
    gathered.clear();
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
