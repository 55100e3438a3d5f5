package hring.api.spi.transport;

import hring.api.RegionException;
import hring.api.TransportException;

/**
 * The sender's end of a ring. Used by the thread that opened it only; the caller sees to that.
 *
 * <p>Words arrive in the order they were queued. A word is in flight from {@link #queue} until a
 * receiver has claimed it, and no more than {@link #completionEntries} ever are.
 */
public interface Outbound extends AutoCloseable {
  /**
   * Tells the number by which receivers find the ring in the sender's process.
   *
   * @return the number, part of the region's file name
   */
  int handle();

  /**
   * Tells how many words can be queued before they are submitted.
   *
   * @return a power of two
   */
  int submissionEntries();

  /**
   * Tells how many words can be in flight.
   *
   * @return a power of two
   */
  int completionEntries();

  /**
   * Tells how many words were queued and are not submitted yet.
   *
   * @return 0 to {@link #submissionEntries}
   */
  int queued();

  /**
   * Returns how many entries {@link #queue} accepts now, with hysteresis: a ring that was full may
   * count as full until a good part of it is free, since a sender that submits each single entry as
   * it becomes free pays a system call for each. Only the caller uses entries up, so as many will
   * be accepted later, too.
   *
   * @return 0 if as many words are in flight as there can be
   * @throws RegionException if a receiver has written nonsense into the ring
   */
  int writableEntries();

  /**
   * Queues words, as many as can be before {@link #submit}: {@link #submissionEntries} at most.
   *
   * @param words holds the words, any 64 bits each but {@link hring.api.Address#NULL}: receivers
   *     take that for no word
   * @param from the index of the first
   * @param to the index after the last; at most {@link #writableEntries} words
   * @return the index after the last that was queued; if it is less than {@code to}, submit and go
   *     on from there
   * @throws IllegalStateException if there is no room for all of them; none is queued then
   */
  int queue(long[] words, int from, int to);

  /**
   * Makes every queued word visible to the receivers, and wakes those that sleep.
   *
   * @return how many words were submitted now
   * @throws RegionException if a receiver has written nonsense into the ring
   * @throws TransportException if the kernel refuses; words that it did not take stay queued
   */
  int submit();

  /**
   * Tells how many submitted words no receiver has claimed yet.
   *
   * @return 0 to {@link #completionEntries}
   * @throws RegionException if a receiver has written nonsense into the ring
   */
  int unclaimed();

  /**
   * Returns whether only the thread that opened this end may submit. Otherwise another one may go
   * on when that has stopped.
   *
   * @return true unless overridden
   */
  default boolean isBoundToThread() {
    return true;
  }

  /** Wakes every receiver that sleeps, so that it looks at the state of the ring again. */
  void wakeAll();

  /**
   * Describes how the ring was made, for people.
   *
   * @return for instance the flags it has and the way it calls the kernel
   */
  String description();

  /** Takes the ring down. Words that were submitted can still be claimed. */
  @Override
  void close();
}
