package hring.testkit;

import hring.api.Address;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Fills blocks with bytes that no other block has, and looks whether they are still there. */
final class Pattern {
  private static final long MIX = 0x9E37_79B9_7F4A_7C15L;
  private static final int TOP_BYTE = 56;

  private Pattern() {}

  static void fill(MemorySegment block, long seed) {
    for (long i = 0; i < block.byteSize(); i++) {
      block.set(ValueLayout.JAVA_BYTE, i, at(seed, i));
    }
  }

  /** Returns the offset of the first byte that is not as it was filled, or -1. */
  static long firstDamage(MemorySegment block, long seed) {
    for (long i = 0; i < block.byteSize(); i++) {
      if (block.get(ValueLayout.JAVA_BYTE, i) != at(seed, i)) {
        return i;
      }
    }
    return -1;
  }

  static MemorySegment block(MemorySegment pool, PoolGeometry geometry, long address) {
    return pool.asSlice(
        Address.granules(address) << geometry.granuleShift(), Address.length(address));
  }

  private static byte at(long seed, long offset) {
    return (byte) ((seed * MIX + offset) * MIX >>> TOP_BYTE);
  }
}
