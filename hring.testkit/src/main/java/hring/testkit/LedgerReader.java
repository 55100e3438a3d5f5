package hring.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reads the {@link Ledger} of a process, while it grows or afterwards. For one thread at a time.
 *
 * @param <E> what a process can do
 */
public final class LedgerReader<E extends Enum<E>> implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  /**
   * An entry.
   *
   * @param <E> what a process can do
   * @param what what it did
   * @param value more about it
   */
  public record Entry<E extends Enum<E>>(E what, long value) {
    @Override
    public String toString() {
      return what + " " + value;
    }
  }

  private final Path path;
  private final E[] kinds;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private FileChannel file;
  private long position;
  private boolean closed;

  /**
   * Creates one that has read nothing yet.
   *
   * @param path the file, which need not be there yet
   * @param kinds what a process can do
   */
  public LedgerReader(Path path, Class<E> kinds) {
    this.path = path;
    this.kinds = kinds.getEnumConstants();
  }

  /**
   * Reads what was written since the last time; nothing when closed.
   *
   * @param entries is given each entry, in the order in which they were written
   * @throws UncheckedIOException if the file cannot be read
   */
  public void read(Consumer<Entry<E>> entries) {
    try {
      if (file == null) {
        if (closed || !Files.exists(path)) {
          return;
        }
        file = FileChannel.open(path);
      }
      for (int read = file.read(buffer.clear(), position);
          read >= Long.BYTES;
          read = file.read(buffer.clear(), position)) {
        buffer.flip();
        while (buffer.remaining() >= Long.BYTES) {
          long word = buffer.getLong();
          position += Long.BYTES;
          entries.accept(
              new Entry<>(kinds[(int) (word >>> Ledger.VALUE_BITS)], word & Ledger.MAX_VALUE));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the ledger " + path, e);
    }
  }

  @Override
  public void close() {
    closed = true;
    if (file != null) {
      try {
        file.close();
        file = null;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close the ledger " + path, e);
      }
    }
  }
}
