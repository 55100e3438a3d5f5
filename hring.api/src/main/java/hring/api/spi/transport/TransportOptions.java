package hring.api.spi.transport;

import hring.api.Placement;

/**
 * The options of a ring that concern its transport.
 *
 * @param submissionEntries how many entries can be queued before they are submitted, a power of two
 * @param completionEntries how many entries can be in flight, a power of two, not less than {@code
 *     submissionEntries}
 * @param placement where the entries must live
 * @param tracer which process may fetch a ring in the kernel from this process although Yama
 *     restricts tracing: a process id, {@link #NO_TRACER} or {@link #ANY_TRACER}
 * @param anyThread whether any thread must be able to submit, one at a time; otherwise one thread
 *     does everything
 */
public record TransportOptions(
    int submissionEntries,
    int completionEntries,
    Placement placement,
    long tracer,
    boolean anyThread) {
  /** No process gets a right to trace this one. */
  public static final long NO_TRACER = 0;

  /** Every process that passes the kernel's other checks may trace this one. */
  public static final long ANY_TRACER = -1;

  /** The greatest number of submission entries. */
  public static final int MAX_SUBMISSIONS = 1 << 15;

  /** The greatest number of completion entries. */
  public static final int MAX_COMPLETIONS = 1 << 16;

  /**
   * Creates the options of a ring to which one thread submits.
   *
   * @param submissionEntries how many entries can be queued before they are submitted
   * @param completionEntries how many entries can be in flight
   * @param placement where the entries must live
   * @param tracer which process may fetch a ring in the kernel
   */
  public TransportOptions(
      int submissionEntries, int completionEntries, Placement placement, long tracer) {
    this(submissionEntries, completionEntries, placement, tracer, false);
  }

  /**
   * Checks the numbers of entries against the limits of hring's own transports. All of them have
   * those of io_uring (IORING_MAX_ENTRIES and IORING_MAX_CQ_ENTRIES of the kernel), so that the
   * same options open a ring over any of them.
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
