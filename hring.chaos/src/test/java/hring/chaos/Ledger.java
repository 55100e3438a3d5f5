package hring.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The append-only file of one process: words of 8 bytes, each written by one system call, so that
 * what was written before a SIGKILL is there.
 */
final class Ledger implements AutoCloseable {
  /** What a word says; its value is in the lower 56 bits. */
  enum Entry {
    /** Sender: this ring is open. */
    OPENED,
    /** Sender: from now on, numbers below this may be queued. */
    INTENT,
    /** Sender: numbers below this have been submitted. */
    SUBMITTED,
    /** Sender: it calls nothing from now on, until it says AWAKE. */
    ASLEEP,
    AWAKE,
    /** Sender: it was told that all it submitted was handled or discarded. */
    ALL_HANDLED,
    /** Sender: the ring is closed. */
    CLOSED,
    /** Receiver: it may be attached from now on. */
    ATTACHING,
    /** Receiver: it is attached to this ring. */
    ATTACHED,
    /** Receiver: this message is being handled. */
    HANDLED,
    /** Receiver: this message is being handled, and is marked as redelivered. */
    HANDLED_AGAIN,
    /** Receiver: the handler of this message fails, so that it is given back. */
    GIVING_BACK,
    /** Receiver: from now on, what was handled may be freed at any moment. */
    FREEING,
    /** Receiver: all that was handled is freed. */
    FREED,
    /** Receiver: this message is not what its sender wrote. */
    DAMAGED
  }

  private static final int VALUE_BITS = 56;
  private static final Entry[] ENTRIES = Entry.values();

  private final FileChannel file;
  private final ByteBuffer word = ByteBuffer.allocateDirect(Long.BYTES);

  Ledger(Path path) {
    try {
      file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** May be called by any thread: a shutdown hook writes, too. */
  synchronized void write(Entry entry, long value) {
    word.clear().putLong((long) entry.ordinal() << VALUE_BITS | value).flip();
    try {
      if (file.write(word) != Long.BYTES) {
        throw new IOException("a word of the ledger was cut");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Entry entry(long word) {
    return ENTRIES[(int) (word >>> VALUE_BITS)];
  }

  static long value(long word) {
    return word & (1L << VALUE_BITS) - 1;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
