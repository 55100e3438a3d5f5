package com.example.prices;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.EvictedException;
import hring.api.Hring;
import hring.api.Receiver;
import java.time.Duration;

/**
 * Gets all prices from its attaching on, unless it is too slow: then it knows how many it missed.
 */
public final class Subscriber {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int AT_ONCE = 64;

  private long got;
  private long missed;
  private long next;

  private Subscriber() {}

  /**
   * Says when it is attached, and, when the publisher has ended, how many prices it got and missed.
   *
   * @param args none
   */
  public static void main(String[] args) {
    try (Receiver receiver = Hring.receiver(Publisher.RING).waitFor(PATIENCE).attach()) {
      System.out.println("attached");
      Subscriber subscriber = new Subscriber();
      while (receiver.await(PATIENCE) && !receiver.state().isFinal()) {
        subscriber.poll(receiver);
      }
      System.out.println("got " + subscriber.got + ", missed " + subscriber.missed);
    }
  }

  private void poll(Receiver receiver) {
    try {
      receiver.poll(
          (address, message) ->
              onPrice(message.get(JAVA_LONG, 0), message.get(JAVA_LONG, Long.BYTES)),
          AT_ONCE);
    } catch (EvictedException e) {
      missed += e.missed();
      next += e.missed();
    }
  }

  private void onPrice(long number, long price) {
    if (got + missed == 0) {
      next = number;
    }
    if (number != next || price != Publisher.price(number)) {
      throw new IllegalStateException("price " + number + " came instead of " + next);
    }
    got++;
    next++;
  }
}
