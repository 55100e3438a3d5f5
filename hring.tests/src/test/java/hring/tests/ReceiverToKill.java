package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Address;
import hring.api.Hring;
import hring.api.MessageHandler;
import hring.api.Receiver;
import hring.api.WaitStrategy;
import java.util.List;

/** A receiver in another process that stops at a given point, says so, and waits to be killed. */
public final class ReceiverToKill {
  /** The line that it prints when it is there. */
  public static final String READY = "there";

  /** How many messages of ten it leaves behind, in order, for each point. */
  static final List<String> POINTS = List.of("holding", "handling", "batch", "parked", "attached");

  private static final int MESSAGES = 10;

  private ReceiverToKill() {}

  /** Arguments: name, point. */
  public static void main(String[] args) {
    try (Receiver receiver =
        Hring.receiver(args[0])
            .waitStrategy(WaitStrategy.PARK)
            .waitFor(TestRings.PATIENCE)
            .attach()) {
      switch (args[1]) {
        case "holding" -> hold(receiver);
        case "handling" -> handle(receiver);
        case "batch" -> poll(receiver, (_, _) -> {}, 3);
        case "parked" -> {
          System.out.println(READY);
          await(receiver);
        }
        default -> {
          // Attached, and no more.
        }
      }
      stay();
    }
  }

  /** Takes all, frees the second. */
  private static void hold(Receiver receiver) {
    for (int i = 0; i < MESSAGES; i++) {
      long address = receiver.take(TestRings.PATIENCE);
      if (address == Address.NULL) {
        throw new AssertionError("only " + i + " messages came");
      }
      if (i == 1) {
        receiver.free(address);
      }
    }
  }

  /** Stays in the handler of the fifth. */
  private static void handle(Receiver receiver) {
    poll(
        receiver,
        (_, payload) -> {
          if (payload.get(JAVA_LONG, 0) % MESSAGES == 4) {
            stay();
          }
        },
        MESSAGES);
  }

  /** Handles just so many; they may come one after the other. */
  private static void poll(Receiver receiver, MessageHandler handler, int count) {
    int handled = 0;
    while (handled < count) {
      await(receiver);
      handled += receiver.poll(handler, count - handled);
    }
  }

  private static void await(Receiver receiver) {
    if (!receiver.await(TestRings.PATIENCE)) {
      throw new AssertionError("nothing came");
    }
  }

  /** Says that it is there, and stays. */
  public static void stay() {
    System.out.println(READY);
    try {
      Thread.sleep(TestRings.PATIENCE.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError("somebody interrupted it", e);
    }
  }
}
