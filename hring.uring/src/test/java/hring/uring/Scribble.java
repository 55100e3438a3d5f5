package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * One write into a region by somebody who should not.
 *
 * @param where a position among the words of the part that is scribbled at, all of them alike
 * @param value what is written: 8 bytes if it is even, else the lower 4 of them
 */
record Scribble(double where, long value) {
  void into(MemorySegment part) {
    long words = part.byteSize() / Long.BYTES;
    long offset = Math.min(words - 1, (long) (where * words)) * Long.BYTES;
    if ((value & 1) == 0) {
      part.set(JAVA_LONG, offset, value);
    } else {
      part.set(JAVA_INT, offset, (int) value);
    }
  }
}
