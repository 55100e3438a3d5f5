package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * One wrong write into a part of a region.
 *
 * @param where which 64-bit word of the part, as a fraction of their number, 0 to 1
 * @param value what is written
 * @param width which bits of the word it replaces
 */
record Corruption(double where, long value, Width width) {
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
