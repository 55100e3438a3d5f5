package hring.linux.transport;

import hring.api.Delivery;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.Counters;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import hring.linux.Errno;
import hring.linux.Kernel;
import hring.linux.NativeAccess;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How a sender wakes receivers that sleep in the kernel: the counterpart of {@link
 * hring.api.spi.region.WakeWord}, whose class comment says why no wake is lost. Used by the
 * sender's thread.
 */
public final class Doorbell {
  private final MemorySegment header;
  private final MemorySegment wakeWord;
  private final Counters counters;
  private final Kernel kernel;

  /** Whether one entry is for each receiver, and not for one of them. */
  private final boolean toEach;

  /**
   * Prepares the waking of a ring's receivers.
   *
   * @param region the region
   * @param arena how long the bell can be used
   * @throws hring.api.TransportException if native access is not allowed
   */
  public Doorbell(Region region, Arena arena) {
    header = region.headerMemory();
    wakeWord = header.asSlice(HeaderLayout.WAKE_WORD, Integer.BYTES);
    kernel = NativeAccess.explained(() -> new Kernel(arena));
    toEach = region.header().delivery() == Delivery.TO_EACH;
    counters = region.participants().counters(Participants.SENDER);
  }

  /**
   * Wakes a receiver before what it is to find is published: waking takes longer than publishing.
   * Only a hint, ordered by nothing: a receiver that is woken and finds nothing parks again, and
   * {@link #wake} sees to that, and to errors. Does nothing if several are parked: {@code wake}
   * would wake a second one for the same entry.
   */
  public void wakeEarly() {
    int parked = 0;
    for (int i = 0; i < HeaderLayout.PARKED_WORDS; i++) {
      parked += Long.bitCount(parked(i));
    }
    if (parked == 1) {
      counters.wakes();
      tryWake(1);
    }
  }

  /**
   * Wakes receivers, if any sleep. To be called after entries were published.
   *
   * @param entries how many were published; no more receivers than that are woken, unless each gets
   *     all of them
   * @throws hring.api.TransportException if the kernel refuses
   */
  public void wake(int entries) {
    // Partner: getAndOrLong in WakeWord.arm().
    SharedMemory.fullFence();
    if ((parked(0) | parked(1) | parked(2) | parked(3)) != 0) {
      counters.wakes();
      wakeUpTo(toEach ? Integer.MAX_VALUE : entries);
    }
  }

  private long parked(int word) {
    // Partner: getAndOrLong in WakeWord.arm(). A hint in wakeEarly(), ordered by the fence in
    // wake().
    return SharedMemory.getLongAcquire(header, HeaderLayout.PARKED_MASK + (long) word * Long.BYTES);
  }

  /**
   * Wakes every receiver that sleeps.
   *
   * @throws hring.api.TransportException if the kernel refuses
   */
  public void wakeAll() {
    wakeUpTo(Integer.MAX_VALUE);
  }

  private void wakeUpTo(int receivers) {
    int result = tryWake(receivers);
    if (result < 0) {
      throw Errno.failure("futex wake", result);
    }
  }

  /** Wakes so many at most; returns how many were asleep, or {@code -errno}. */
  private int tryWake(int receivers) {
    // Partner: the acquire in WakeWord.arm(). A receiver that read the word before, and sleeps only
    // afterwards, finds it changed.
    SharedMemory.getAndAddInt(header, HeaderLayout.WAKE_WORD, 1);
    return kernel.futexWake(wakeWord, receivers);
  }
}
