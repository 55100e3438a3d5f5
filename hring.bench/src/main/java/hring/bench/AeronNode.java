package hring.bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SleepingIdleStrategy;

/**
 * One side's end of Aeron. The media driver is a thread in side A's process: over IPC it only moves
 * the publisher's limit, so it sleeps most of the time and two cores are left to the sides.
 */
final class AeronNode implements AutoCloseable {
  private static final String IPC = "aeron:ipc";
  private static final String DRIVER = "aeron";
  private static final int TERM = 16 << 20;
  private static final int LIMIT = 256;

  /** Short against the time in which half a term is filled. */
  private static final long IDLE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** Longer than the scheduler of a loaded machine may keep a side from its core. */
  private static final long DRIVER_TIMEOUT_MILLIS = TimeUnit.SECONDS.toMillis(30);

  private final MediaDriver driver;
  private final Aeron aeron;
  private final BufferClaim claim = new BufferClaim();

  private AeronNode(MediaDriver driver, Path directory) {
    this.driver = driver;
    aeron =
        Aeron.connect(
            new Aeron.Context()
                .aeronDirectoryName(directory.resolve(DRIVER).toString())
                .driverTimeoutMs(DRIVER_TIMEOUT_MILLIS));
  }

  static AeronNode withDriver(Path directory) {
    MediaDriver driver =
        MediaDriver.launch(
            new MediaDriver.Context()
                .aeronDirectoryName(directory.resolve(DRIVER).toString())
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new SleepingIdleStrategy(IDLE_NANOS))
                .ipcTermBufferLength(TERM)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true));
    return new AeronNode(driver, directory);
  }

  static AeronNode client(Path directory) {
    return new AeronNode(null, directory);
  }

  ExclusivePublication publication(int stream) {
    return aeron.addExclusivePublication(IPC, stream);
  }

  Subscription subscription(int stream) {
    return aeron.addSubscription(IPC, stream);
  }

  static void awaitConnected(Subscription subscription) {
    while (!subscription.isConnected()) {
      LockSupport.parkNanos(IDLE_NANOS);
    }
  }

  /**
   * Waits until all subscriptions have ended. To be called before the driver is closed: a client
   * that misses it ends its process.
   */
  static void awaitLeft(ExclusivePublication publication) {
    while (publication.isConnected()) {
      LockSupport.parkNanos(IDLE_NANOS);
    }
  }

  /** Writes a message in place; waits while there is no room. */
  void send(ExclusivePublication publication, int size, long value) {
    long position = publication.tryClaim(size, claim);
    while (position < 0) {
      if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED) {
        throw new IllegalStateException("Aeron refuses: " + position);
      }
      Thread.onSpinWait();
      position = publication.tryClaim(size, claim);
    }
    long address = claim.buffer().addressOffset() + claim.offset();
    Payload.write(Payload.EVERYTHING, address, size, value);
    claim.commit();
  }

  static int poll(Subscription subscription, Sum sum) {
    return subscription.poll(sum, LIMIT);
  }

  @Override
  public void close() {
    try (driver) {
      aeron.close();
    }
  }
}
