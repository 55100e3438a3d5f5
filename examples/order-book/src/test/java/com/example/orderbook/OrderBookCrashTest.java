package com.example.orderbook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.example.orderbook.Mains.EngineMain;
import com.example.orderbook.Mains.GatewayMain;
import com.example.orderbook.Mains.TapeMain;
import hring.testkit.CrossProcess;
import hring.testkit.LedgerReader.Entry;
import hring.testkit.Worker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * However engines are killed: each order is accepted once, and the trades are those of the orders
 * that were accepted.
 */
@Timeout(300)
class OrderBookCrashTest {
  private static final int ORDERS = 200;
  private static final int KILLS = 8;
  private static final int MOST_PAUSE_MS = 30;
  private static final int MANY = 60_000;

  @TempDir Path directory;

  /** Three engines one after the other are killed at the very same point of what they do. */
  @ParameterizedTest
  @EnumSource(Progress.Point.class)
  void enginesDieAtTheSamePoint(Progress.Point point) throws InterruptedException {
    try (CrossProcess<Event> test = new CrossProcess<>(Event.class)) {
      Event event = Event.valueOf(point.name());
      int which = point == Progress.Point.STARTED ? 1 : 20;
      Worker<Event> gateway = startGateway(test, ORDERS);
      Worker<Event> tape = test.start("tape", TapeMain.class, test.directory());
      for (int i = 1; i <= 3; i++) {
        Worker<Event> victim =
            test.startHeldAt(
                event, which, "engine " + i, EngineMain.class, test.directory(), journal());
        victim.awaitHeld();
        victim.kill();
      }
      finish(test, ORDERS, gateway, tape);
    }
  }

  /** Engines are stopped and killed at random instants. */
  @Test
  void enginesDieAtRandomInstants() throws InterruptedException {
    try (CrossProcess<Event> test = new CrossProcess<>(Event.class)) {
      Worker<Event> gateway = startGateway(test, MANY);
      Worker<Event> tape = test.start("tape", TapeMain.class, test.directory());
      for (int i = 1; i <= KILLS; i++) {
        Worker<Event> victim =
            test.start("engine " + i, EngineMain.class, test.directory(), journal());
        victim.await(Event.TAKEN, 1);
        test.pause(test.random().nextInt(MOST_PAUSE_MS));
        if (test.random().nextBoolean()) {
          victim.jvm().stop();
          test.pause(test.random().nextInt(MOST_PAUSE_MS));
        }
        victim.kill();
      }
      finish(test, MANY, gateway, tape);
    }
  }

  private static Worker<Event> startGateway(CrossProcess<Event> test, int orders) {
    return test.start(
        "gateway", GatewayMain.class, test.directory(), orders, test.random().nextLong());
  }

  private Path journal() {
    return directory.resolve("journal");
  }

  /** The last engine does what is left, and then all is judged. */
  private void finish(
      CrossProcess<Event> test, int count, Worker<Event> gateway, Worker<Event> tape)
      throws InterruptedException {
    Worker<Event> engine = test.start("last engine", EngineMain.class, test.directory(), journal());
    gateway.finish();
    engine.finish();
    tape.jvm().say(Mains.CLOSE);
    tape.finish();

    List<Order> accepted;
    try (Journal journal = new Journal(journal())) {
      accepted = journal.orders();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    assertEquals(
        LongStream.range(0, count).boxed().toList(),
        accepted.stream().map(Order::id).sorted().toList(),
        "the orders that were accepted");
    OrderBook book = new OrderBook();
    List<Trade> expected = new ArrayList<>();
    accepted.forEach(order -> expected.addAll(book.add(order)));
    assertEquals(expected, trades(tape.entries()), "the trades on the tape");
  }

  private static List<Trade> trades(List<Entry<Event>> entries) {
    List<Trade> trades = new ArrayList<>();
    for (int i = 0; i < entries.size(); i += 5) {
      trades.add(
          new Trade(
              entries.get(i).value(),
              entries.get(i + 1).value(),
              entries.get(i + 2).value(),
              entries.get(i + 3).value(),
              entries.get(i + 4).value()));
    }
    return trades;
  }
}
