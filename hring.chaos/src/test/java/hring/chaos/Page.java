package hring.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Reads the ledger of one process while it grows. */
final class Page implements AutoCloseable {
  private final Path path;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
  private FileChannel file;
  private long position;

  /** The ring that the receiver is attached to; 0 while it is not attached. */
  volatile long attachedTo;

  /** Whether the receiver may be attached. Used under the lock of the book. */
  boolean attaching;

  /** What the receiver has handled and maybe not freed. Used under the lock of the book. */
  final List<Long> held = new ArrayList<>();

  /** Whether any of it may be freed already. Used under the lock of the book. */
  boolean freeing;

  Page(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Reads what is new. */
  void read(LongConsumer words) throws IOException {
    if (file == null) {
      if (!Files.exists(path)) {
        return;
      }
      file = FileChannel.open(path);
    }
    for (int read = file.read(buffer.clear(), position);
        read >= Long.BYTES;
        read = file.read(buffer.clear(), position)) {
      buffer.flip();
      while (buffer.remaining() >= Long.BYTES) {
        words.accept(buffer.getLong());
        position += Long.BYTES;
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
