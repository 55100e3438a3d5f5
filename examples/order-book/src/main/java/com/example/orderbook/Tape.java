package com.example.orderbook;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Reads the trades, of one engine after the other, each once and in the order of their numbers. */
public final class Tape {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration WAIT = Duration.ofMillis(50);

  private Tape() {}

  /**
   * Reads until told to end.
   *
   * @param rings where the rings are
   * @param ends whether to end
   * @param trades is given each trade
   */
  public static void run(Path rings, BooleanSupplier ends, Consumer<Trade> trades) {
    long next = 0;
    try (Receiver receiver =
        Hring.receiver(Engine.TRADES).directory(rings).waitFor(PATIENCE).follow(_ -> {}).attach()) {
      while (!ends.getAsBoolean()) {
        long address = receiver.take(WAIT);
        if (address == Address.NULL) {
          continue;
        }
        Trade trade = Trade.read(receiver.segment(address));
        if (trade.number() > next) {
          throw new IllegalStateException("trade " + next + " is missing before " + trade);
        }
        // The engine after one that was killed sends those again that are known.
        if (trade.number() == next) {
          trades.accept(trade);
          next++;
        }
        receiver.free(address);
      }
    }
  }
}
