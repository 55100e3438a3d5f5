package com.example.orderbook;

import hring.testkit.Ledger;
import hring.testkit.Orders;
import java.nio.file.Path;

/** The processes under test: the application's own classes, and a ledger that they write. */
final class Mains {
  /** Told to the tape when it has read everything. */
  static final String CLOSE = "close";

  private Mains() {}

  /** Arguments: directory, how many orders, seed. */
  static final class GatewayMain {
    public static void main(String[] args) {
      try (Ledger<Event> ledger = Ledger.ofThisWorker()) {
        Gateway.run(
            Path.of(args[0]),
            Integer.parseInt(args[1]),
            Long.parseLong(args[2]),
            id -> ledger.write(Event.SENT, id));
      }
    }
  }

  /** Arguments: directory, journal. */
  static final class EngineMain {
    public static void main(String[] args) throws Exception {
      try (Ledger<Event> ledger = Ledger.ofThisWorker()) {
        new Engine(
                Path.of(args[0]),
                Path.of(args[1]),
                (point, order) -> ledger.write(Event.valueOf(point.name()), order))
            .run();
      }
    }
  }

  /** Argument: directory. */
  static final class TapeMain {
    public static void main(String[] args) {
      try (Ledger<Event> ledger = Ledger.ofThisWorker()) {
        Tape.run(
            Path.of(args[0]),
            () -> Orders.said(CLOSE),
            trade -> {
              ledger.write(Event.TRADE, trade.number());
              ledger.write(Event.BUY, trade.buy());
              ledger.write(Event.SELL, trade.sell());
              ledger.write(Event.PRICE, trade.price());
              ledger.write(Event.QUANTITY, trade.quantity());
            });
      }
    }
  }
}
