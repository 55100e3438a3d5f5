package com.example.requestreply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hring.testkit.CrossProcess;
import hring.testkit.Ledger;
import hring.testkit.Orders;
import hring.testkit.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Four clients get the right reply to each request, although the server is killed. */
@Timeout(120)
class RequestReplyTest {
  private static final int CLIENTS = 4;
  private static final int REQUESTS = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void eachRequestIsAnsweredAlthoughTheServerIsKilled() throws Exception {
    try (CrossProcess<Event> test = new CrossProcess<>(Event.class)) {
      int atLast = 1 + test.random().nextInt(REQUESTS);
      Worker<Event> killed =
          test.startHeldAt(
              Event.HANDLED, atLast, "first server", ServerMain.class, test.directory());
      List<Worker<Event>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(test.start("client " + i, ClientMain.class, test.directory(), i));
      }
      killed.awaitHeld();
      // Each of the others may still wait for its reply: the server is in the middle of one.
      killed.kill();
      Worker<Event> server = test.start("second server", ServerMain.class, test.directory());
      for (Worker<Event> client : clients) {
        client.finish();
        assertEquals(REQUESTS, client.count(Event.REPLIED));
      }
      server.jvm().say("stop");
      server.finish();
      assertTrue(killed.count(Event.HANDLED) + server.count(Event.HANDLED) >= CLIENTS * REQUESTS);
    }
  }

  /** Argument: directory. */
  static final class ServerMain {
    public static void main(String[] args) {
      try (Ledger<Event> ledger = Ledger.ofThisWorker()) {
        new Server(Path.of(args[0]), value -> ledger.write(Event.HANDLED, value))
            .run(() -> Orders.said("stop"));
      }
    }
  }

  /** Arguments: directory, number. */
  static final class ClientMain {
    public static void main(String[] args) {
      int number = Integer.parseInt(args[1]);
      try (Ledger<Event> ledger = Ledger.ofThisWorker();
          Client client = new Client(Path.of(args[0]), number, PATIENCE)) {
        for (long value = number; value < REQUESTS * CLIENTS; value += CLIENTS) {
          OptionalLong square = client.square(value, PATIENCE);
          if (square.isEmpty() || square.getAsLong() != value * value) {
            throw new AssertionError(value + ": " + square);
          }
          ledger.write(Event.REPLIED, value);
        }
      }
    }
  }
}
