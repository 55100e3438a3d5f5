package hring.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * The test's orders to a program that it has started as a {@link ChildJvm}: lines of text, by
 * {@link ChildJvm#say}. When the test has ended, however it did, nobody says anything any more: the
 * program is then ended as by {@code kill -TERM}.
 *
 * <p>All methods are for any thread of the program.
 */
public final class Orders {
  /** The line that lets a worker go on that is held at an entry of its ledger. */
  static final String GO_ON = "\u0001go on";

  private static final int ABANDONED = 9;
  private static final long PATIENCE_MS = 10_000;

  private static final BlockingQueue<String> LINES = new LinkedBlockingQueue<>();
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();
  private static final Semaphore HELD = new Semaphore(0);
  private static volatile boolean listening;

  private Orders() {}

  /** Reads standard input from now on. */
  static void listen() {
    listening = true;
    Thread.ofPlatform().daemon().name("orders").start(Orders::read);
  }

  /**
   * Waits for the next line that the test says.
   *
   * @return the line
   * @throws IllegalStateException if the program was not started as a {@link ChildJvm}
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static String next() throws InterruptedException {
    requireListening();
    return LINES.take();
  }

  /**
   * Returns the next line that the test has said, without waiting.
   *
   * @return the line, or null if there is no further one yet
   * @throws IllegalStateException if the program was not started as a {@link ChildJvm}
   */
  public static String poll() {
    requireListening();
    return LINES.poll();
  }

  /**
   * Returns whether the test has said a line so far; whether or not {@link #next} or {@link #poll}
   * has returned it.
   *
   * @param line the whole line
   * @return whether it was said
   * @throws IllegalStateException if the program was not started as a {@link ChildJvm}
   */
  public static boolean said(String line) {
    requireListening();
    return SAID.contains(line);
  }

  /** Stays here until the test lets it go on, or kills it. */
  static void hold() {
    requireListening();
    HELD.acquireUninterruptibly();
  }

  private static void requireListening() {
    if (!listening) {
      throw new IllegalStateException(
          "nobody gives orders: start this program by hring.testkit.ChildJvm");
    }
  }

  private static void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(GO_ON)) {
          HELD.release();
        } else {
          SAID.add(line);
          LINES.add(line);
        }
      }
    } catch (IOException e) {
      System.err.println("the orders broke off: " + e);
    }
    // Code that removes files at the end of the program gets time to do it, but not for ever.
    Thread.ofPlatform().daemon().name("end").start(Orders::haltLater);
    Runtime.getRuntime().exit(ABANDONED);
  }

  private static void haltLater() {
    try {
      Thread.sleep(PATIENCE_MS);
    } catch (InterruptedException e) {
      // Nobody waits for this thread: it ends the process now.
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ABANDONED);
  }
}
