package com.example.orderbook;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * An order as it goes over the ring and into the journal.
 *
 * @param id counted from 0 by the gateway
 * @param buys whether it buys, or else sells
 * @param price the worst price that it accepts
 * @param quantity how much, at least 1
 */
public record Order(long id, boolean buys, long price, long quantity) {
  /** How many bytes it takes up. */
  public static final int BYTES = 3 * Long.BYTES + 1;

  private static final int PRICE = Long.BYTES;
  private static final int QUANTITY = 2 * Long.BYTES;
  private static final int BUYS = 3 * Long.BYTES;

  /** Reads an order. */
  public static Order read(MemorySegment from) {
    return new Order(
        from.get(JAVA_LONG_UNALIGNED, 0),
        from.get(JAVA_BYTE, BUYS) != 0,
        from.get(JAVA_LONG_UNALIGNED, PRICE),
        from.get(JAVA_LONG_UNALIGNED, QUANTITY));
  }

  /** Writes the order. */
  public void write(MemorySegment to) {
    to.set(JAVA_LONG_UNALIGNED, 0, id);
    to.set(JAVA_LONG_UNALIGNED, PRICE, price);
    to.set(JAVA_LONG_UNALIGNED, QUANTITY, quantity);
    to.set(JAVA_BYTE, BUYS, (byte) (buys ? 1 : 0));
  }
}
