package hring.api.spi.transport;

/**
 * What {@link Claims} needs to see of a ring: entries of 64 bits each, numbered from 0 since the
 * ring opened, of which the sender has posted those up to some count. Read by receivers, each with
 * a view of its own.
 */
public interface Entries {
  /**
   * Returns how many entries the ring has, and so how many can be posted and unclaimed.
   *
   * @return a power of two
   */
  int size();

  /**
   * Returns how many entries the sender has posted beyond a count. An acquire: a receiver that sees
   * an entry counted here sees the entry, and all that the sender wrote before it posted it.
   *
   * @param count how many entries had been claimed
   * @return the number; negative or more than {@link #size} only if the count is out of date or the
   *     memory is damaged
   */
  int postedBeyond(long count);

  /**
   * Returns how many entries the sender has posted beyond a count, as far as the caller wants to
   * know. A ring that has to count them overrides it.
   *
   * @param count how many entries had been claimed
   * @param most where counting may end, at least 1
   * @return as {@link #postedBeyond(long)}, or any number from {@code most} on if there are more
   */
  default int postedBeyond(long count, int most) {
    return postedBeyond(count);
  }

  /**
   * Reads one entry.
   *
   * @param count its number
   * @return the entry; or {@link hring.api.Address#NULL} if it is certain that it was not posted
   *     yet
   */
  long entry(long count);

  /**
   * Reads entries. What is read counts only if the claim cursor can afterwards be moved from at
   * most this count: until then the sender cannot have overwritten it.
   *
   * @param count the number of the first
   * @param into gets what was read, from index 0 on
   * @param length how many, at most {@link #size}
   */
  void read(long count, long[] into, int length);
}
