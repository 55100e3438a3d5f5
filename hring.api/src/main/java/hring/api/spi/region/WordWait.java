package hring.api.spi.region;

import java.lang.foreign.MemorySegment;

/**
 * A wait for the change of any of several words in memory, see futex_waitv(2). Used by one thread
 * at a time. It has nothing to close; the words have to stay mapped until {@link #await} returns.
 */
public interface WordWait {
  /** How many words one wait can have: the kernel takes no more. */
  int MAX_WORDS = 128;

  /**
   * Chooses a word.
   *
   * @param index which one, 0 to {@link #MAX_WORDS} - 1
   * @param word an int in memory that is shared or this process's own
   * @param expected the wait lasts only while the word has this value
   */
  void set(int index, MemorySegment word, int expected);

  /**
   * Sleeps until one of the words is woken or has another value than expected, or time is up. May
   * return early without a reason: the caller looks again.
   *
   * @param count how many words, from index 0 on; at least 1
   * @param nanos how long at most, in nanoseconds
   * @return false if time is up. A word whose memory is gone, since its file was truncated, counts
   *     as changed
   * @throws hring.api.TransportException if the kernel refuses: it is older than Linux 5.16, say
   */
  boolean await(int count, long nanos);
}
