package hring.chaos;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * What a message is made of: a header word (sender generation, running number, 16 check bits), and
 * bytes that follow from the header alone. So a receiver can tell a message of which another has
 * overwritten a part.
 */
final class Payload {
  static final int NUMBER_BITS = 36;
  private static final int CHECK_BITS = 16;
  private static final int LARGEST_SHIFT = 9;

  private Payload() {}

  static long key(int generation, long number) {
    return (long) generation << NUMBER_BITS | number;
  }

  static int generation(long key) {
    return (int) (key >>> NUMBER_BITS);
  }

  static long number(long key) {
    return key & (1L << NUMBER_BITS) - 1;
  }

  static long key(MemorySegment message) {
    return message.get(JAVA_LONG_UNALIGNED, 0) >>> CHECK_BITS;
  }

  private static long header(long key) {
    return key << CHECK_BITS | mix(key) >>> Long.SIZE - CHECK_BITS;
  }

  /** The length of a message: 8 to 4096 bytes, small ones more often. */
  static int length(long key) {
    long random = mix(~key);
    int most = Long.BYTES << random % (LARGEST_SHIFT + 1);
    return Long.BYTES + (int) ((random >>> 32) % (most - Long.BYTES + 1));
  }

  static void write(MemorySegment message, long key) {
    long header = header(key);
    message.set(JAVA_LONG_UNALIGNED, 0, header);
    long at = Long.BYTES;
    for (; at + Long.BYTES <= message.byteSize(); at += Long.BYTES) {
      message.set(JAVA_LONG_UNALIGNED, at, mix(header + at));
    }
    for (; at < message.byteSize(); at++) {
      message.set(JAVA_BYTE, at, (byte) mix(header + at));
    }
  }

  static boolean isSound(MemorySegment message) {
    long key = key(message);
    long header = header(key);
    if (message.get(JAVA_LONG_UNALIGNED, 0) != header || message.byteSize() != length(key)) {
      return false;
    }
    long at = Long.BYTES;
    for (; at + Long.BYTES <= message.byteSize(); at += Long.BYTES) {
      if (message.get(JAVA_LONG_UNALIGNED, at) != mix(header + at)) {
        return false;
      }
    }
    for (; at < message.byteSize(); at++) {
      if (message.get(JAVA_BYTE, at) != (byte) mix(header + at)) {
        return false;
      }
    }
    return true;
  }

  /** The finalizer of SplitMix64, without the sign bit. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return (z ^ z >>> 31) & Long.MAX_VALUE;
  }
}
