package hring.api.internal.tap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Memory of this process that messages are copied to, one at a time. It grows to the largest one;
 * the slices of it are cached by their length, so that copying makes no garbage as long as lengths
 * come again.
 */
final class CopyBuffer {
  private static final long FIRST_SIZE = 1 << 12;

  /** How many slices are cached, a power of two. */
  private static final int CACHED = 1 << 10;

  private final MemorySegment[] slices = new MemorySegment[CACHED];
  private MemorySegment buffer = MemorySegment.NULL;

  /**
   * Copies bytes. What was copied before is overwritten.
   *
   * @param from where they are
   * @param offset the offset of the first
   * @param length how many, at least 1
   * @return the copy, aligned to 8
   */
  MemorySegment copy(MemorySegment from, long offset, int length) {
    if (length > buffer.byteSize()) {
      grow(length);
    }
    MemorySegment.copy(from, offset, buffer, 0, length);
    int index = length & CACHED - 1;
    MemorySegment slice = slices[index];
    if (slice == null || slice.byteSize() != length) {
      slice = buffer.asSlice(0, length);
      slices[index] = slice;
    }
    return slice;
  }

  private void grow(int length) {
    long size = Math.max(FIRST_SIZE, Long.highestOneBit(2L * length - 1));
    // The application may still have a slice of the old one: the collector frees it.
    buffer = Arena.ofAuto().allocate(size, Long.BYTES);
    Arrays.fill(slices, null);
  }
}
