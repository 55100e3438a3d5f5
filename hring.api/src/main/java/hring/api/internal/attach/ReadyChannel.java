package hring.api.internal.attach;

import hring.api.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.function.BooleanSupplier;

/** A pipe with one byte in it while the signal is raised, so that its source is readable. */
public final class ReadyChannel implements ReadyWatch.Signal {
  private static final System.Logger LOG = System.getLogger("hring");

  private final Pipe pipe;
  private final ByteBuffer written = ByteBuffer.allocateDirect(1);
  private final ByteBuffer read = ByteBuffer.allocateDirect(1);

  /**
   * Opens the pipe.
   *
   * @throws TransportException if there are no descriptors left
   */
  public ReadyChannel() {
    try {
      pipe = Pipe.open();
      pipe.source().configureBlocking(false);
      // So that an interrupt does not close it; there is room for one byte always.
      pipe.sink().configureBlocking(false);
    } catch (IOException e) {
      throw new TransportException("cannot open a pipe to wait by: " + e.getMessage(), e);
    }
  }

  /**
   * Returns what can be waited for.
   *
   * @return the end that becomes readable, not blocking
   */
  public SelectableChannel source() {
    return pipe.source();
  }

  /**
   * Under the lock: while the watch is marked as raised there is one byte to be read, and only
   * then.
   */
  @Override
  public synchronized void raise(BooleanSupplier mark) throws IOException {
    if (mark.getAsBoolean()) {
      written.clear();
      pipe.sink().write(written);
    }
  }

  @Override
  public synchronized void lower() throws IOException {
    read.clear();
    if (pipe.source().read(read) != 1) {
      throw new IOException("somebody else has read from the channel");
    }
  }

  @Override
  public void close() {
    try (Pipe.SinkChannel _ = pipe.sink();
        Pipe.SourceChannel _ = pipe.source()) {
      // Both are closed, whatever becomes of the other.
    } catch (IOException e) {
      // The descriptors are gone all the same, and nobody waits for them any more: see close(2).
      LOG.log(System.Logger.Level.DEBUG, "a pipe could not be closed", e);
    }
  }
}
