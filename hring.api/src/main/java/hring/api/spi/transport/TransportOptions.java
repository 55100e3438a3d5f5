package hring.api.spi.transport;

import hring.api.Placement;

/**
 * What the opener of a ring wants of the transport.
 *
 * @param submissionEntries how many words can be queued before they are submitted, a power of two
 * @param completionEntries how many words can be in flight, a power of two, not less than {@code
 *     submissionEntries}
 * @param placement where the rings must live, or null for the best that works here
 * @param tracer who besides the usual may fetch the ring from this process, where that needs a
 *     right to trace: a process id, {@link #NO_TRACER} or {@link #ANY_TRACER}
 */
public record TransportOptions(
    int submissionEntries, int completionEntries, Placement placement, long tracer) {
  /** Nobody may trace this process who could not do so anyway. */
  public static final long NO_TRACER = 0;

  /** Every process that passes the kernel's other checks may trace this one. */
  public static final long ANY_TRACER = -1;
}
