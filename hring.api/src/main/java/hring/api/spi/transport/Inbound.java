package hring.api.spi.transport;

import hring.api.RegionException;
import hring.api.spi.region.Participant;
import hring.api.spi.region.ParticipantLayout;

/**
 * A receiver's end of a ring. Used by one thread only; the caller sees to that. Several receivers,
 * in several processes, may have ends of one ring: each word is claimed by exactly one.
 */
public interface Inbound extends AutoCloseable {
  /** How many words can be claimed at once. */
  int MAX_CLAIM = ParticipantLayout.CLAIM_CAPACITY;

  /**
   * Claims words: from now on they are this receiver's. They stay recorded in its slot, so that
   * they can be taken back if it dies, until {@link Participant#settleClaim} is called. A word with
   * its top bit set is claimed alone: that one stands for many messages.
   *
   * @param words gets the words, oldest first
   * @param limit how many at most, 1 to {@link #MAX_CLAIM} and the length of {@code words}
   * @return how many were claimed, 0 if there are none
   * @throws RegionException if the ring holds nonsense
   */
  int claim(long[] words, int limit);

  /**
   * Looks at the word that would be claimed next, as cheaply as can be done again and again. Only a
   * hint: another receiver may claim the word first, and it may be one that was claimed long ago.
   *
   * @return any 64 bits, or {@link hring.api.Address#NULL} if there is no word. Not to be believed
   *     for ever: in a damaged ring {@link #claim} and {@link #hasWords} may find what this hides
   */
  long peek();

  /**
   * Tells whether there is a word to claim.
   *
   * @return true if there was one
   * @throws RegionException if the ring holds nonsense
   */
  boolean hasWords();

  /**
   * Sleeps in the kernel until there may be words, the state of the ring has changed, the sender
   * has died, or time is up. Returns early for no reason at times: the caller looks again.
   *
   * @param nanos how long at most, in nanoseconds
   */
  void park(long nanos);

  /**
   * Gets receivers that sleep in {@link #park} on this ring to look again, this one among them. May
   * be called by any thread, and while this end is being closed. A receiver that is just going to
   * sleep may miss it: the caller calls it again.
   */
  void wake();

  /**
   * Describes how the ring is reached, for people.
   *
   * @return for instance the way it calls the kernel
   */
  String description();

  /** Leaves the ring. Other participants are not disturbed. */
  @Override
  void close();
}
