package hring.api.spi.transport;

import hring.api.Placement;

/**
 * What the opener of a ring wants of the transport.
 *
 * @param submissionEntries how many words can be queued before they are submitted, a power of two
 * @param completionEntries how many words can be in flight, a power of two, not less than {@code
 *     submissionEntries}
 * @param placement where the rings must live
 * @param tracer who besides the usual may fetch the ring from this process, where that needs a
 *     right to trace: a process id, {@link #NO_TRACER} or {@link #ANY_TRACER}
 */
public record TransportOptions(
    int submissionEntries, int completionEntries, Placement placement, long tracer) {
  /** Nobody may trace this process who could not do so anyway. */
  public static final long NO_TRACER = 0;

  /** Every process that passes the kernel's other checks may trace this one. */
  public static final long ANY_TRACER = -1;

  /** The most entries that {@link #requireEntries} lets pass: how many words can be queued. */
  public static final int MAX_SUBMISSIONS = 1 << 15;

  /** The most entries that {@link #requireEntries} lets pass: how many words can be in flight. */
  public static final int MAX_COMPLETIONS = 1 << 16;

  /**
   * Checks the numbers of entries against the limits of hring's own transports. They are those of
   * io_uring (IORING_MAX_ENTRIES and IORING_MAX_CQ_ENTRIES of the kernel) for all of them, so that
   * a ring can be opened with any.
   *
   * @throws IllegalArgumentException if a number is no power of two, or is out of its range
   */
  public void requireEntries() {
    requireEntries("submission", submissionEntries, 1, MAX_SUBMISSIONS);
    requireEntries("completion", completionEntries, submissionEntries, MAX_COMPLETIONS);
  }

  private static void requireEntries(String what, int entries, int min, int max) {
    if (Integer.bitCount(entries) != 1 || entries < min || entries > max) {
      throw new IllegalArgumentException(
          entries + " " + what + " entries: it must be a power of two from " + min + " to " + max);
    }
  }
}
