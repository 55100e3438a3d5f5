package hring.chaos;

import hring.api.Address;
import hring.api.EvictedException;
import hring.api.FailurePolicy;
import hring.api.Hring;
import hring.api.HringException;
import hring.api.InvalidAddressException;
import hring.api.Receiver;
import hring.api.ReceiverBuilder;
import hring.testkit.Ledger;
import hring.testkit.Orders;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/** A receiver's process: receives, from one sender after the other, until it is told to close. */
final class ReceiverMain {
  private static final Duration SENDER_COMES = Duration.ofSeconds(60);
  private static final Duration WAIT = Duration.ofMillis(50);
  private static final int POLL = 100;
  private static final int HELD = 32;

  /** So often a handler fails, or a message is given back, when it is handled first. */
  private static final int FAILING = 700;

  private static final String ON_PURPOSE = "on purpose";

  /** So often a handler takes long, so that some are killed in the midst of it. */
  private static final int SLOW = 500;

  private static final long SLOW_NANOS = 2_000_000;

  private final Ledger<Event> ledger;
  private final boolean tolerant;
  private final Deque<Long> held = new ArrayDeque<>();

  /** Null if each receiver gets all: then nothing fails, and nothing is given back. */
  private final FailurePolicy failurePolicy;

  private volatile boolean terminated;
  private Receiver receiver;

  private ReceiverMain(Ledger<Event> ledger, FailurePolicy failurePolicy, boolean tolerant) {
    this.ledger = ledger;
    this.failurePolicy = failurePolicy;
    this.tolerant = tolerant;
  }

  /**
   * Arguments: directory, name, ledger, "poll" or "take", failure policy or "TO_EACH", and
   * "tolerant" where scribbled upon.
   */
  public static void main(String[] args) {
    boolean tolerant = args[5].equals("tolerant");
    try (Ledger<Event> ledger = new Ledger<>(Path.of(args[2]))) {
      FailurePolicy policy =
          args[4].equals(Mode.TO_EACH.name()) ? null : FailurePolicy.valueOf(args[4]);
      new ReceiverMain(ledger, policy, tolerant)
          .run(Path.of(args[0]), args[1], args[3].equals("take"));
    } catch (HringException | InvalidAddressException e) {
      if (!tolerant) {
        throw e;
      }
      System.out.println("ended by " + e);
    }
  }

  private void run(Path directory, String name, boolean takes) {
    ledger.write(Event.ATTACHING, 0);
    ReceiverBuilder builder =
        Hring.receiver(name)
            .directory(directory)
            .waitFor(SENDER_COMES)
            .follow(ring -> tell(name, ring));
    if (failurePolicy != null) {
      builder.onHandlerFailure(failurePolicy);
    }
    try (Receiver attached = builder.attach()) {
      receiver = attached;
      Thread hook = new Thread(this::terminate);
      Runtime.getRuntime().addShutdownHook(hook);
      // Only now: whoever reads this may terminate the process.
      tell(name, receiver.description());
      try {
        receive(takes);
      } catch (IllegalStateException e) {
        awaitTermination(e);
      }
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  /** Leaves in the end what it has claimed, or taken and not freed: that goes to others. */
  private void receive(boolean takes) {
    while (!Orders.said(Order.CLOSE)) {
      try {
        if (takes) {
          take();
        } else if (poll(POLL) == 0) {
          receiver.await(WAIT);
        }
      } catch (EvictedException e) {
        ledger.write(Event.EVICTED, tolerant ? 0 : e.missed());
      }
    }
  }

  /** In a shutdown hook, while the main thread is anywhere. */
  private void terminate() {
    terminated = true;
    receiver.close();
  }

  private void awaitTermination(IllegalStateException e) {
    if (!terminated) {
      throw e;
    }
    // The process is ending.
    LockSupport.parkNanos(SENDER_COMES.toNanos());
  }

  private void tell(String name, String description) {
    ledger.write(Event.ATTACHED, RingId.of(name, description));
  }

  private int poll(int limit) {
    ledger.write(Event.FREEING, 0);
    int handled = 1;
    try {
      handled = receiver.poll(this::handle, limit);
    } catch (IllegalStateException e) {
      if (!ON_PURPOSE.equals(e.getMessage())) {
        throw e;
      }
    }
    ledger.write(Event.FREED, 0);
    return handled;
  }

  private void handle(long address, MemorySegment message) {
    if (note(address, message)) {
      if (failurePolicy == FailurePolicy.GIVE_BACK) {
        ledger.write(Event.GIVING_BACK, Payload.key(message));
      }
      throw new IllegalStateException(ON_PURPOSE);
    }
  }

  /** Holds some messages, and frees them out of their order. */
  private void take() {
    long address = Address.NULL;
    try {
      address = receiver.take(WAIT);
    } catch (IllegalStateException e) {
      // Evicted, and what it holds is to be freed first.
      if (terminated || failurePolicy != null || held.isEmpty()) {
        throw e;
      }
    }
    if (address != Address.NULL) {
      MemorySegment message = receiver.segment(address);
      if (note(address, message)) {
        ledger.write(Event.GIVING_BACK, Payload.key(message));
        receiver.giveBack(address);
      } else {
        held.add(address);
      }
    }
    if (held.size() > HELD || address == Address.NULL) {
      free();
    }
  }

  private void free() {
    ledger.write(Event.FREEING, 0);
    while (!held.isEmpty()) {
      long address = held.removeLast();
      isSound(address, receiver.segment(address));
      receiver.free(address);
    }
    ledger.write(Event.FREED, 0);
  }

  /** Handles a message; returns whether that fails. */
  private boolean note(long address, MemorySegment message) {
    if (message.byteSize() < Long.BYTES) {
      ledger.write(Event.DAMAGED, 0);
      return false;
    }
    if (!isSound(address, message)) {
      return false;
    }
    long key = Payload.key(message);
    ledger.write(receiver.redelivered() ? Event.HANDLED_AGAIN : Event.HANDLED, key);
    if (Payload.number(key) % SLOW == 0) {
      LockSupport.parkNanos(SLOW_NANOS);
    }
    return failurePolicy != null
        && Payload.number(key) % FAILING == 0
        && receiver.deliveries() == 0;
  }

  /** Returns whether a message is what its sender wrote; it is told if not. */
  private boolean isSound(long address, MemorySegment message) {
    if (tolerant || Payload.isSound(message)) {
      return true;
    }
    long key = Payload.key(message);
    ledger.write(Event.DAMAGED, key);
    System.out.printf("damaged: %x, %d bytes at %x%n", key, message.byteSize(), address);
    return false;
  }
}
