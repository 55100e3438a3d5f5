package com.example.prices;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
import hring.api.Delivery;
import hring.api.Hring;
import hring.api.Sender;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/** Publishes prices: a number, counting up, and a price, 8 bytes each. */
public final class Publisher {
  static final String RING = "prices";
  static final int BYTES = 2 * Long.BYTES;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A subscriber that is further behind is left behind: prices of the past are worth little. */
  private static final int MAX_BEHIND = 10_000;

  private Publisher() {}

  /**
   * Arguments: how many prices to publish, how many subscribers to wait for.
   *
   * @param args the two numbers
   */
  public static void main(String[] args) {
    long count = Long.parseLong(args[0]);
    try (Sender sender =
        Hring.sender(RING).delivery(Delivery.TO_EACH).evictBehind(MAX_BEHIND).open()) {
      if (!sender.awaitReceivers(Integer.parseInt(args[1]), PATIENCE)) {
        throw new IllegalStateException("not enough subscribers came");
      }
      for (long number = 0; number < count; number++) {
        publish(sender, number, price(number));
      }
      // The last ones have no next price to learn from that they missed one.
      sender.awaitHandled(PATIENCE);
      System.out.println("published " + count + ", evicted " + sender.evictions());
    }
  }

  static long price(long number) {
    return 10_000 + number * 7919 % 101;
  }

  private static void publish(Sender sender, long number, long price) {
    long address = sender.allocate(BYTES, PATIENCE);
    if (address == Address.NULL) {
      throw new IllegalStateException("no room, although slow subscribers are evicted");
    }
    MemorySegment message = sender.segment(address);
    message.set(JAVA_LONG, 0, number);
    message.set(JAVA_LONG, Long.BYTES, price);
    if (!sender.queue(address, PATIENCE)) {
      throw new IllegalStateException("no room, although slow subscribers are evicted");
    }
    sender.submit();
  }
}
