package hring.linux;

import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * How a receiver sleeps in the kernel, on the wake word of the region's header (futex(2)). Used by
 * the receiver's thread.
 *
 * <p><b>No wake is lost.</b>
 *
 * <ol>
 *   <li>The receiver sets its bit in the parked mask, with a full fence.
 *   <li>It reads the wake word.
 *   <li>It looks at the ring once more, and sleeps only while the wake word has the value read.
 * </ol>
 *
 * The sender publishes, then reads the mask with a full fence in between ({@link Doorbell#wake}).
 * So if it does not see the bit, it published before step 3, which finds that. If it does see the
 * bit, it changes the wake word after publishing: either step 2 reads the new value, and step 3
 * finds what was published, or the kernel finds the value changed and does not let the receiver
 * sleep.
 */
public final class Parking {
  private final MemorySegment header;
  private final MemorySegment wakeWord;
  private final Kernel kernel;
  private final long mask;
  private final long bit;

  /**
   * Prepares a receiver's sleep.
   *
   * @param region the region
   * @param participant the receiver's slot
   * @param kernel used by the receiver's thread
   */
  public Parking(Region region, Participant participant, Kernel kernel) {
    header = region.headerMemory();
    wakeWord = header.asSlice(HeaderLayout.WAKE_WORD, Integer.BYTES);
    this.kernel = kernel;
    mask = HeaderLayout.parkedWord(participant.owner());
    bit = HeaderLayout.parkedBit(participant.owner());
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
    // Partner: the full fence in Doorbell.wake().
    SharedMemory.getAndOrLong(header, mask, bit);
    try {
      // Partner: getAndAddInt in Doorbell.tryWake().
      int word = SharedMemory.getIntAcquire(header, HeaderLayout.WAKE_WORD);
      if (needless.getAsBoolean()) {
        return;
      }
      int result = kernel.futexWait(wakeWord, word, nanos);
      // EAGAIN: the word had changed already. EINTR: a signal. Each time the caller looks again.
      if (result < 0
          && result != -Errno.EAGAIN
          && result != -Errno.EINTR
          && result != -Errno.ETIMEDOUT) {
        throw Errno.failure("futex wait", result);
      }
    } finally {
      // Partner: the reads of the mask in Doorbell: no wake is needed any more.
      SharedMemory.getAndAndLong(header, mask, ~bit);
    }
  }
}
