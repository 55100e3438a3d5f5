package hring.linux.transport;

import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import hring.api.spi.region.WakeWord;
import hring.linux.Errno;
import hring.linux.Kernel;
import hring.linux.NativeAccess;
import java.lang.foreign.Arena;
import java.util.function.BooleanSupplier;

/**
 * How a receiver sleeps in the kernel, on the wake word of the region's header (futex(2)). {@link
 * WakeWord} has the argument that no wake is lost. Used by the receiver's thread.
 */
public final class Parking {
  private final WakeWord wakeWord;
  private final Kernel kernel;

  /**
   * Prepares a receiver's sleep.
   *
   * @param region the region
   * @param participant the receiver's slot
   * @param arena how long it can be used
   * @throws hring.api.TransportException if native access is not allowed
   */
  public Parking(Region region, Participant participant, Arena arena) {
    wakeWord = new WakeWord(region, participant.owner());
    kernel = NativeAccess.explained(() -> new Kernel(arena));
  }

  /**
   * Sleeps until woken or until time is up. Returns early for no reason at times: the caller looks
   * again.
   *
   * @param nanos how long at most, in nanoseconds
   * @param needless looks at the ring and its state; true if there is something to do, and so no
   *     reason to sleep
   * @throws hring.api.TransportException if the kernel refuses
   */
  public void park(long nanos, BooleanSupplier needless) {
    wakeWord.arm();
    try {
      if (needless.getAsBoolean()) {
        return;
      }
      int result = kernel.futexWait(wakeWord.word(), wakeWord.expected(), nanos);
      // EAGAIN: the word had changed already. EINTR: a signal. Each time the caller looks again.
      if (result < 0
          && result != -Errno.EAGAIN
          && result != -Errno.EINTR
          && result != -Errno.ETIMEDOUT) {
        throw Errno.failure("futex wait", result);
      }
    } finally {
      wakeWord.disarm();
    }
  }
}
