package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * One write into a region by somebody who should not.
 *
 * @param where a position among the words of the part that is scribbled at, all of them alike
 * @param value what is written
 * @param width how much of it
 */
record Scribble(double where, long value, Width width) {
  enum Width {
    WORD,
    LOWER_HALF,
    UPPER_HALF
  }

  void into(MemorySegment part) {
    long words = part.byteSize() / Long.BYTES;
    long offset = Math.min(words - 1, (long) (where * words)) * Long.BYTES;
    switch (width) {
      case WORD -> part.set(JAVA_LONG, offset, value);
      case LOWER_HALF -> part.set(JAVA_INT, offset, (int) value);
      case UPPER_HALF -> part.set(JAVA_INT, offset + Integer.BYTES, (int) value);
    }
  }
}
