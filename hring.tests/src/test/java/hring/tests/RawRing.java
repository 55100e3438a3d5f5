package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.RegionHeader;
import java.lang.foreign.MemorySegment;

/**
 * The raw bytes of a ring that lies in its region, as docs/layout.md describes them.
 *
 * @param memory the rings section
 * @param tail where the tail is; its lower half, if it is a long
 * @param first where the first slot is
 * @param stride how far slots are apart
 * @param slots how many there are, a power of two
 */
public record RawRing(MemorySegment memory, long tail, long first, long stride, int slots) {
  static RawRing of(MemorySegment header, MemorySegment rings, RegionHeader layout) {
    int entries = layout.completionEntries();
    if (layout.transport().equals(RingKind.SHM.transport())) {
      int slots = Math.max(2 * entries, Integer.SIZE);
      return new RawRing(rings, 0, HeaderLayout.ISOLATION, Long.BYTES, slots);
    }
    long area = HeaderLayout.TRANSPORT_AREA;
    int tail = header.get(JAVA_INT, area + Integer.BYTES);
    int completions = header.get(JAVA_INT, area + 2 * Integer.BYTES);
    return new RawRing(rings, tail, completions, 2 * Long.BYTES, entries);
  }

  /** Everything before the slots. */
  MemorySegment indices() {
    return memory.asSlice(0, first);
  }

  MemorySegment entries() {
    return memory.asSlice(first, slots * stride);
  }

  int posted() {
    return (int) JAVA_INT.varHandle().getAcquire(memory, tail);
  }

  long entry(long count) {
    return (long) JAVA_LONG.varHandle().getAcquire(memory, at(count));
  }

  void set(long count, long word) {
    memory.set(JAVA_LONG, at(count), word);
  }

  private long at(long count) {
    return first + (count & slots - 1) * stride;
  }
}
