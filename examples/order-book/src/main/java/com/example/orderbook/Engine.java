package com.example.orderbook;

import hring.api.Address;
import hring.api.DeathPolicy;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Takes orders from one ring, and sends trades over another. It may be killed at any instant; the
 * next engine goes on with its journal. Three rules make that safe:
 *
 * <ol>
 *   <li>An order is in the journal before its message is freed. If the engine dies before, the ring
 *       delivers the message again.
 *   <li>A message that comes again is looked up in the journal, and accepted once.
 *   <li>The next engine sends all trades of the journal again, with the same numbers; whoever reads
 *       them ignores those that it has.
 * </ol>
 */
public final class Engine {
  /** The ring of the orders. */
  public static final String ORDERS = "orders";

  /** The ring of the trades. */
  public static final String TRADES = "trades";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration WAIT = Duration.ofMillis(50);

  private final OrderBook book = new OrderBook();
  private final Path rings;
  private final Path file;
  private final Progress progress;

  /** Creates an engine that does not run yet. */
  public Engine(Path rings, Path file, Progress progress) {
    this.rings = rings;
    this.file = file;
    this.progress = progress;
  }

  /** Runs until the gateway has closed its ring, and every trade has been read. */
  public void run() throws IOException {
    try (Journal journal = new Journal(file);
        Sender trades =
            Hring.sender(TRADES)
                .directory(rings)
                .onReceiverDeath(DeathPolicy.REDELIVER)
                .waitFor(PATIENCE)
                .open();
        Receiver orders = Hring.receiver(ORDERS).directory(rings).waitFor(PATIENCE).attach()) {
      for (Order order : journal.orders()) {
        send(trades, book.add(order));
      }
      progress.at(Progress.Point.STARTED, 0);
      while (!orders.state().isFinal()) {
        long address = orders.take(WAIT);
        if (address != Address.NULL) {
          handle(orders, address, journal, trades);
        }
      }
      if (!trades.awaitDrained(PATIENCE)) {
        throw new IllegalStateException("nobody reads the trades");
      }
    }
  }

  private void handle(Receiver orders, long address, Journal journal, Sender trades)
      throws IOException {
    Order order = Order.read(orders.segment(address));
    progress.at(Progress.Point.TAKEN, order.id());
    if (journal.accept(order)) {
      progress.at(Progress.Point.ACCEPTED, order.id());
      send(trades, book.add(order));
      progress.at(Progress.Point.TRADED, order.id());
    }
    orders.free(address);
    progress.at(Progress.Point.FREED, order.id());
  }

  private static void send(Sender sender, List<Trade> trades) {
    for (Trade trade : trades) {
      long address = sender.allocate(Trade.BYTES, PATIENCE);
      if (address == Address.NULL) {
        throw new IllegalStateException("nobody reads the trades");
      }
      trade.write(sender.segment(address));
      if (!sender.queue(address, PATIENCE)) {
        throw new IllegalStateException("nobody reads the trades");
      }
    }
    sender.submit();
  }
}
