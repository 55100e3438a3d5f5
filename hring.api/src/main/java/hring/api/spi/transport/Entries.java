package hring.api.spi.transport;

/**
 * A receiver's view of a ring, for {@link Claims}: entries of 64 bits each, numbered from 0 since
 * the ring opened, of which the sender has posted those up to some count.
 */
public interface Entries {
  /**
   * Returns how many entries the ring has, which is how many can be posted and unclaimed.
   *
   * @return a power of two
   */
  int size();

  /**
   * Returns how many entries the sender has posted beyond a count. This is an acquire: a receiver
   * sees the entries counted, and everything that the sender wrote before it posted them.
   *
   * @param count how many entries had been claimed
   * @return the number; negative or more than {@link #size} only if the count is out of date or the
   *     memory is damaged
   */
  int postedBeyond(long count);

  /**
   * Returns how many entries the sender has posted beyond a count, up to a limit. A ring that has
   * to count them one by one overrides this.
   *
   * @param count how many entries had been claimed
   * @param most the count at which counting may stop, at least 1
   * @return as {@link #postedBeyond(long)}, or any number from {@code most} on if there are more
   */
  default int postedBeyond(long count, int most) {
    return postedBeyond(count);
  }

  /**
   * Reads one entry.
   *
   * @param count its number
   * @return the entry; or {@link hring.api.Address#NULL} if it is certain that it is not posted yet
   */
  long entry(long count);

  /**
   * Reads entries. They are valid only if the claim cursor can afterwards be moved from at most
   * this count: until then the sender cannot have overwritten them.
   *
   * @param count the number of the first
   * @param into gets what was read, from index 0 on
   * @param length how many, at most {@link #size}
   */
  void read(long count, long[] into, int length);
}
