package hring.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The append-only file of one process, in which it says what it does: entries of 8 bytes, each
 * written by one system call, so that what was written before a SIGKILL is there. Read it by {@link
 * LedgerReader}, also while it grows. For any thread.
 *
 * @param <E> what a process can do
 */
public final class Ledger<E extends Enum<E>> implements AutoCloseable {
  /** The largest value of an entry. */
  public static final long MAX_VALUE = (1L << 56) - 1;

  static final int VALUE_BITS = 56;

  /** Where the ledger of a worker is. */
  static final String FILE = "hring.testkit.ledger";

  /** At which entry a worker is held, as name:times. */
  static final String HOLD = "hring.testkit.hold";

  private final Path path;
  private final FileChannel file;
  private final ByteBuffer entry = ByteBuffer.allocateDirect(Long.BYTES);
  private final String heldAt;
  private int untilHeld;

  /**
   * Opens a ledger, and makes its file if there is none.
   *
   * @param path the file, which nobody else writes
   * @throws UncheckedIOException if it cannot be made
   */
  public Ledger(Path path) {
    this(path, "", 0);
  }

  private Ledger(Path path, String heldAt, int untilHeld) {
    this.path = path;
    this.heldAt = heldAt;
    this.untilHeld = untilHeld;
    try {
      file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the ledger " + path, e);
    }
  }

  /**
   * Opens the ledger of this process, which is a worker of {@link CrossProcess}.
   *
   * @param <E> what a process can do
   * @return the ledger
   * @throws IllegalStateException if this process is no such worker
   */
  public static <E extends Enum<E>> Ledger<E> ofThisWorker() {
    String path = System.getProperty(FILE);
    if (path == null) {
      throw new IllegalStateException(
          "this process has no ledger: start it by hring.testkit.CrossProcess");
    }
    String hold = System.getProperty(HOLD, ":0");
    int colon = hold.indexOf(':');
    return new Ledger<>(
        Path.of(path), hold.substring(0, colon), Integer.parseInt(hold.substring(colon + 1)));
  }

  /**
   * Writes an entry. A worker that is to be held at this entry stays here, with the entry written,
   * until it is killed or let go on.
   *
   * @param what what is done
   * @param value more about it, from 0 to {@link #MAX_VALUE}
   * @throws IllegalArgumentException if the value is out of range
   * @throws UncheckedIOException if the file cannot be written, such as for want of room
   */
  // The reader has the same classes: no ledger outlives a test.
  @SuppressWarnings("EnumOrdinal")
  public void write(E what, long value) {
    if (value < 0 || value > MAX_VALUE) {
      throw new IllegalArgumentException(what + ": " + value + " is not from 0 to " + MAX_VALUE);
    }
    if (append(what, (long) what.ordinal() << VALUE_BITS | value)) {
      Orders.hold();
    }
  }

  /** Writes a word; returns whether this process is to be held at this entry. */
  private synchronized boolean append(E what, long word) {
    entry.clear().putLong(word).flip();
    try {
      if (file.write(entry) != Long.BYTES) {
        throw new IOException("an entry was cut");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to the ledger " + path, e);
    }
    return what.name().equals(heldAt) && --untilHeld == 0;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the ledger " + path, e);
    }
  }
}
