package hring.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * What the referee tells a child by its standard input. When the referee is gone, so is the child.
 */
final class Orders {
  static final String CLOSE = "close";
  private static final int ABANDONED = 9;

  private volatile boolean closing;

  private Orders() {}

  static Orders listen() {
    Orders orders = new Orders();
    Thread.ofPlatform().daemon().name("orders").start(orders::read);
    return orders;
  }

  boolean isClosing() {
    return closing;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        closing |= line.equals(CLOSE);
      }
    } catch (IOException e) {
      System.out.println("the orders broke off: " + e);
    }
    Runtime.getRuntime().halt(ABANDONED);
  }
}
