package com.example.orderbook;

import hring.api.Address;
import hring.api.DeathPolicy;
import hring.api.Hring;
import hring.api.Sender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.function.LongConsumer;

/** Sends orders. */
public final class Gateway {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PRICES = 10;
  private static final int QUANTITIES = 20;

  private Gateway() {}

  /**
   * Sends random orders, and returns when an engine has freed all of them.
   *
   * @param rings where the rings are
   * @param count how many
   * @param seed of what they are
   * @param sent is told the id of each order that was submitted
   */
  public static void run(Path rings, int count, long seed, LongConsumer sent) {
    Random random = new Random(seed);
    try (Sender sender =
        Hring.sender(Engine.ORDERS)
            .directory(rings)
            .onReceiverDeath(DeathPolicy.REDELIVER)
            .open()) {
      for (int id = 0; id < count; id++) {
        Order order =
            new Order(
                id, random.nextBoolean(), random.nextInt(PRICES), 1 + random.nextInt(QUANTITIES));
        long address = sender.allocate(Order.BYTES, PATIENCE);
        if (address == Address.NULL) {
          throw new IllegalStateException("no engine takes the orders");
        }
        order.write(sender.segment(address));
        if (!sender.queue(address, PATIENCE)) {
          throw new IllegalStateException("no engine takes the orders");
        }
        sender.submit();
        sent.accept(id);
      }
      if (!sender.awaitDrained(PATIENCE)) {
        throw new IllegalStateException("no engine takes the orders");
      }
    }
  }
}
