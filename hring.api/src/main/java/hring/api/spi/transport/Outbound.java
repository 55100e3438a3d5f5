package hring.api.spi.transport;

import hring.api.RegionException;
import hring.api.TransportException;

/**
 * The sender's end of a ring. Used by the thread that opened it only; the caller sees to that.
 *
 * <p>Entries arrive in the order they were queued. An entry is in flight from {@link #queue} until
 * a receiver has claimed it; no more than {@link #completionEntries} are in flight at a time.
 */
public interface Outbound extends AutoCloseable {
  /**
   * Returns the number by which receivers find the ring in the sender's process.
   *
   * @return the number, which becomes part of the region's file name
   */
  int handle();

  /**
   * Returns how many entries can be queued before they are submitted.
   *
   * @return a power of two
   */
  int submissionEntries();

  /**
   * Returns how many entries can be in flight.
   *
   * @return a power of two
   */
  int completionEntries();

  /**
   * Returns how many entries are queued and not submitted yet.
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
   * @return 0 to {@link #completionEntries}; 0 if as many entries are in flight as there can be
   * @throws RegionException if a receiver has written nonsense into the ring
   */
  int writableEntries();

  /**
   * Queues entries, as many as there can be before {@link #submit}: {@link #submissionEntries} at
   * most.
   *
   * @param entries holds the entries, any 64 bits each but {@link hring.api.Address#NULL}, which
   *     receivers take for no entry
   * @param from the index of the first
   * @param to the index after the last; at most {@link #writableEntries} of them
   * @return the index after the last that was queued; if it is less than {@code to}, submit and go
   *     on from there
   * @throws IllegalStateException if there is no room for all of them; none is queued then
   */
  int queue(long[] entries, int from, int to);

  /**
   * Makes every queued entry visible to the receivers, and wakes those that sleep.
   *
   * @return how many entries were submitted now
   * @throws RegionException if a receiver has written nonsense into the ring
   * @throws TransportException if the kernel refuses; entries that it did not take stay queued
   */
  int submit();

  /**
   * Returns how many submitted entries no receiver has claimed yet.
   *
   * @return 0 to {@link #completionEntries}
   * @throws RegionException if a receiver has written nonsense into the ring
   */
  int unclaimed();

  /**
   * Returns whether only the thread that opened this end may submit. Otherwise any thread may, one
   * at a time: one that sees everything that the thread before it did.
   *
   * @return true unless overridden; a ring with {@link TransportOptions#anyThread} returns false
   */
  default boolean isBoundToThread() {
    return true;
  }

  /**
   * Returns whether what the sender publishes by a store of its own may stand beside the ring: a
   * piece of a pack that goes on after its entry was submitted. Such a transport overrides {@link
   * #published}, too.
   *
   * @return false unless overridden: every message is submitted by an entry
   */
  default boolean canPublish() {
    return false;
  }

  /**
   * Wakes receivers that sleep, after messages were published beside the ring.
   *
   * @param messages how many; no more receivers than that need be woken
   * @throws TransportException if the kernel refuses
   */
  default void published(int messages) {
    wakeAll();
  }

  /** Wakes every receiver that sleeps, so that it looks at the state of the ring again. */
  void wakeAll();

  /**
   * Returns a human-readable description of how the ring was created.
   *
   * @return for instance its flags and how it calls the kernel
   */
  String description();

  /** Closes the ring. Entries that were submitted can still be claimed. */
  @Override
  void close();
}
