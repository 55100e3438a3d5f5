package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.RegionException;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Region;
import hring.api.spi.transport.TransportOptions;
import java.lang.foreign.MemorySegment;

/**
 * The sender's data for receivers in the transport's area of the region's header: where the
 * completion queue is. The offsets are from the start of the rings section (IN_REGION) or of the
 * ring's mapping (IN_KERNEL).
 *
 * <pre>
 *   0               4               8               12          16                24
 *  +---------------+---------------+---------------+-----------+-----------------+
 *  | head (uint)   | tail (uint)   | completions   | (zero)    | mapping's size  |
 *  +---------------+---------------+---------------+-----------+-----------------+
 * </pre>
 *
 * @param head the offset of the queue's head
 * @param tail the offset of the queue's tail
 * @param completions the offset of the completion entries
 * @param size the size of the section or mapping in bytes
 */
record RingArea(int head, int tail, int completions, long size) {
  private static final long HEAD = HeaderLayout.TRANSPORT_AREA;
  private static final long TAIL = HEAD + Integer.BYTES;
  private static final long COMPLETIONS = TAIL + Integer.BYTES;
  private static final long SIZE = COMPLETIONS + 2 * Integer.BYTES;

  /** The largest mapping there can be: 65536 completions, 32768 submissions and some pages. */
  private static final long MAX_SIZE =
      Ring.ringsSize(TransportOptions.MAX_SUBMISSIONS, TransportOptions.MAX_COMPLETIONS);

  static RingArea of(Ring ring) {
    Params params = ring.params();
    return new RingArea(
        params.completionHead(),
        params.completionTail(),
        params.completions(),
        ring.rings().byteSize());
  }

  void write(MemorySegment header) {
    header.set(JAVA_INT, HEAD, head);
    header.set(JAVA_INT, TAIL, tail);
    header.set(JAVA_INT, COMPLETIONS, completions);
    header.set(JAVA_LONG, SIZE, size);
  }

  /**
   * Reads and checks the area.
   *
   * @throws RegionException if the queue would not lie in the section or mapping
   */
  static RingArea read(Region region) {
    MemorySegment header = region.headerMemory();
    RingArea area =
        new RingArea(
            header.get(JAVA_INT, HEAD),
            header.get(JAVA_INT, TAIL),
            header.get(JAVA_INT, COMPLETIONS),
            header.get(JAVA_LONG, SIZE));
    int entries = region.header().completionEntries();
    long bytes = (long) entries * Ring.COMPLETION_SIZE;
    boolean sound =
        area.size > 0
            && area.size <= MAX_SIZE
            && isIn(area.head, Integer.BYTES, area.size)
            && isIn(area.tail, Integer.BYTES, area.size)
            && isIn(area.completions, bytes, area.size)
            && area.completions % Long.BYTES == 0;
    if (!sound) {
      throw new RegionException(
          region.file()
              + " is no sound region: its completion queue of "
              + entries
              + " entries ("
              + area
              + ") does not fit");
    }
    return area;
  }

  private static boolean isIn(int offset, long bytes, long size) {
    return offset >= 0 && offset % Integer.BYTES == 0 && offset + bytes <= size;
  }
}
