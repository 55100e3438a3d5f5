package hring.api.internal.closing;

import hring.api.CloseException;
import hring.api.spi.region.Region;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits until nobody uses the memory of a ring any more. */
public final class MemoryUse {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private MemoryUse() {}

  /**
   * Waits until no thread is in the middle of {@code free}, and ends the application's access to
   * the pool.
   *
   * @param what whose memory it is, for messages
   * @param visitors who is in {@code free}; nobody enters any more
   * @param region the region
   * @param deadline when to give up, as {@link System#nanoTime} counts
   * @throws CloseException if somebody still uses it
   */
  public static void end(String what, Visitors visitors, Region region, long deadline) {
    visitors.close();
    if (!visitors.awaitNone(deadline)) {
      int count = visitors.count();
      throw stillUsed(
          what, count + (count == 1 ? " thread is" : " threads are") + " in free()", null);
    }
    while (true) {
      try {
        region.closeMessages();
        return;
      } catch (IllegalStateException e) {
        if (System.nanoTime() - deadline >= 0) {
          throw stillUsed(
              what,
              "operations on its messages are in progress, none of them in free(); the JDK says: "
                  + e.getMessage(),
              e);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static CloseException stillUsed(String what, String by, Exception cause) {
    return new CloseException(
        what
            + " cannot be closed yet: "
            + by
            + ". It takes no more calls; once they have ended, close it again",
        cause);
  }
}
