package hring.api.spi.region;

import hring.api.TransportException;
import hring.api.spi.alloc.SharedMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A receiver's end of being woken: its bit in the parked mask, which says that it wants to be, and
 * the wake word, which changes then. Used by the receiver's thread, but for {@link #isRung} and
 * {@link #passOn}.
 *
 * <p><b>No wake is lost.</b>
 *
 * <ol>
 *   <li>{@link #arm} sets the bit, with a full fence, then reads the wake word.
 *   <li>The receiver looks at the ring once more, and sleeps only while the wake word has the value
 *       read.
 * </ol>
 *
 * The sender publishes, then reads the mask with a full fence in between. So if it does not see the
 * bit, it published before step 2, which finds that. If it does see the bit, it changes the wake
 * word after publishing: either step 1 reads the new value, and step 2 finds what was published, or
 * whoever sleeps on the word (the kernel compares it, futex(2)) finds it changed.
 *
 * <p>A receiver may stay armed for as long as it finds nothing: each change of the word is then
 * seen by {@link #isRung}, whether it sleeps or not.
 */
public final class WakeWord {
  private final MemorySegment header;
  private final MemorySegment word;
  private final long mask;
  private final long bit;
  private boolean armed;
  private int expected;

  /**
   * Creates the end of one receiver.
   *
   * @param region the region
   * @param owner the receiver's owner number
   */
  public WakeWord(Region region, int owner) {
    header = region.headerMemory();
    word = header.asSlice(HeaderLayout.WAKE_WORD, Integer.BYTES);
    mask = HeaderLayout.parkedWord(owner);
    bit = HeaderLayout.parkedBit(owner);
  }

  /** Asks to be woken from now on. To be followed by a look at the ring. */
  public void arm() {
    // Partner: the full fence in Doorbell.wake() of hring.linux, and the atomic in
    // Recovery.announce().
    SharedMemory.getAndOrLong(header, mask, bit);
    armed = true;
    // Partner: getAndAddInt in Doorbell.tryWake(), Recovery.announce() and Region.wakeReceivers().
    expected = SharedMemory.getIntAcquire(header, HeaderLayout.WAKE_WORD);
  }

  /** Asks not to be woken any more. */
  public void disarm() {
    armed = false;
    // Partner: the reads of the mask in Doorbell: no wake is needed any more.
    SharedMemory.getAndAndLong(header, mask, ~bit);
  }

  /**
   * Returns whether the receiver asks to be woken.
   *
   * @return true between {@link #arm} and {@link #disarm}
   */
  public boolean isArmed() {
    return armed;
  }

  /**
   * Returns whether somebody has woken the receivers since {@link #arm}.
   *
   * @return true if the word has changed: look at the ring
   */
  public boolean isRung() {
    // Partner: as in arm().
    return SharedMemory.getIntAcquire(header, HeaderLayout.WAKE_WORD) != expected;
  }

  /**
   * Wakes the ring's other receivers that sleep, if the word has changed since {@link #arm}: for
   * whoever was woken instead of them, and does not look at the ring now. May be called by any
   * thread.
   *
   * @throws TransportException if the kernel refuses
   */
  public void passOn() {
    if (!isRung() || !areOthersParked()) {
      return;
    }
    try {
      SystemCalls.present().wakeAll(word);
    } catch (IOException e) {
      throw new TransportException("cannot wake the other receivers: " + e.getMessage(), e);
    }
  }

  private boolean areOthersParked() {
    long others = 0;
    for (int i = 0; i < HeaderLayout.PARKED_WORDS; i++) {
      long at = HeaderLayout.PARKED_MASK + (long) i * Long.BYTES;
      // Partner: getAndOrLong in arm(), of the others.
      others |= SharedMemory.getLongAcquire(header, at) & (at == mask ? ~bit : -1);
    }
    return others != 0;
  }

  /**
   * Returns the word that the kernel compares.
   *
   * @return an int in shared memory
   */
  public MemorySegment word() {
    return word;
  }

  /**
   * Returns what {@link #arm} read.
   *
   * @return the value while which to sleep
   */
  public int expected() {
    return expected;
  }
}
