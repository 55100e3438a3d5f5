package com.example.orderbook;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * Two orders that met.
 *
 * @param number counted from 0 by the engine: the same trade has the same number, whoever sends it
 * @param buy the order that buys
 * @param sell the order that sells
 * @param price of the order that was there first
 * @param quantity how much
 */
public record Trade(long number, long buy, long sell, long price, long quantity) {
  /** How many bytes it takes up. */
  public static final int BYTES = 5 * Long.BYTES;

  /** Reads a trade. */
  public static Trade read(MemorySegment from) {
    return new Trade(word(from, 0), word(from, 1), word(from, 2), word(from, 3), word(from, 4));
  }

  private static long word(MemorySegment from, int index) {
    return from.get(JAVA_LONG_UNALIGNED, (long) index * Long.BYTES);
  }

  /** Writes the trade. */
  public void write(MemorySegment to) {
    long[] words = {number, buy, sell, price, quantity};
    MemorySegment.copy(words, 0, to, JAVA_LONG_UNALIGNED, 0, words.length);
  }
}
