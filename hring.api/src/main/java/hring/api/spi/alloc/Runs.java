package hring.api.spi.alloc;

import hring.api.Address;

/**
 * Runs of addresses: at equal distances and of the same length, as those of blocks are that were
 * allocated one after the other. What is done to a run can be done in one loop without a branch.
 */
public final class Runs {
  /** The greatest length of a run. */
  public static final int MAX = 64;

  private Runs() {}

  /**
   * Returns the length of the run that starts at an index.
   *
   * @param addresses holds any 64 bits each
   * @param start the index of the first
   * @param end the index after the last, more than {@code start}
   * @return how many, 1 to {@link #MAX}
   */
  public static int length(long[] addresses, int start, int end) {
    long first = addresses[start];
    long stride = start + 1 < end ? addresses[start + 1] - first : 0;
    if (stride <= 0 || stride > Address.MAX_OFFSET) {
      return 1;
    }
    long expected = first;
    int next = start;
    int last = Math.min(end, start + MAX);
    while (next < last && addresses[next] == expected) {
      expected += stride;
      next++;
    }
    // An offset that overflowed into the length is another block altogether.
    return Address.length(addresses[next - 1]) == Address.length(first) ? next - start : 1;
  }
}
