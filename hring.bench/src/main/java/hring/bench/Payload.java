package hring.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** Writes and reads the bytes of a message: the same code for every transport. */
final class Payload {
  /** All memory, for what is known by its address only: an offset in it is the address. */
  static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private Payload() {}

  /** Writes value, value + 8, value + 16, ... over the whole message. */
  static void write(MemorySegment memory, long offset, int size, long value) {
    if (size == Long.BYTES) {
      memory.set(JAVA_LONG, offset, value);
      return;
    }
    for (int i = 0; i < size; i += Long.BYTES) {
      memory.set(JAVA_LONG, offset + i, value + i);
    }
  }

  /** Adds up the words of a message. */
  static long read(MemorySegment memory, long offset, int size) {
    if (size == Long.BYTES) {
      return memory.get(JAVA_LONG, offset);
    }
    long sum = 0;
    for (int i = 0; i < size; i += Long.BYTES) {
      sum += memory.get(JAVA_LONG, offset + i);
    }
    return sum;
  }

  /** Returns what {@link #read} gives for the messages with the values from 0 to count - 1. */
  static long expectedSum(long count, int size) {
    long words = size / Long.BYTES;
    return words * (count * (count - 1) / 2) + count * Long.BYTES * (words * (words - 1) / 2);
  }
}
