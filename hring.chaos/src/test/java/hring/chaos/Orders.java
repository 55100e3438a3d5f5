package hring.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * What the referee tells a child by its standard input. When the referee is gone, so is the child.
 */
final class Orders {
  /** Sender: wait until all is handled, then close. Receiver: close. */
  static final String CLOSE = "close";

  /** Sender: close at once. */
  static final String CLOSE_NOW = "close now";

  /** Sender: call nothing for a while. */
  static final String SLEEP = "sleep";

  private static final int ABANDONED = 9;

  private volatile boolean closing;
  private volatile boolean hurried;
  private volatile boolean sleeping;

  private Orders() {}

  static Orders listen() {
    Orders orders = new Orders();
    Thread.ofPlatform().daemon().name("orders").start(orders::read);
    return orders;
  }

  boolean isClosing() {
    return closing;
  }

  /** Returns whether it is to close at once. */
  boolean isHurried() {
    return hurried;
  }

  /** Returns once for each time that it is to sleep. */
  boolean takeSleep() {
    boolean sleep = sleeping;
    sleeping = false;
    return sleep;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        hurried |= line.equals(CLOSE_NOW);
        closing |= line.equals(CLOSE) || line.equals(CLOSE_NOW);
        sleeping |= line.equals(SLEEP);
      }
    } catch (IOException e) {
      System.out.println("the orders broke off: " + e);
    }
    Runtime.getRuntime().halt(ABANDONED);
  }
}
