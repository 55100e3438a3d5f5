package hring.chaos;

import hring.api.Address;
import hring.api.Hring;
import hring.api.HringException;
import hring.api.InvalidAddressException;
import hring.api.Receiver;
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

  /** So often a handler takes long, so that some are killed in the midst of it. */
  private static final int SLOW = 500;

  private static final long SLOW_NANOS = 2_000_000;

  private final Ledger ledger;
  private final boolean tolerant;
  private final Deque<Long> held = new ArrayDeque<>();
  private Receiver receiver;

  private ReceiverMain(Ledger ledger, boolean tolerant) {
    this.ledger = ledger;
    this.tolerant = tolerant;
  }

  /** Arguments: directory, name, ledger, "poll" or "take", and "tolerant" where scribbled upon. */
  public static void main(String[] args) {
    Orders orders = Orders.listen();
    boolean tolerant = args[4].equals("tolerant");
    try (Ledger ledger = new Ledger(Path.of(args[2]))) {
      new ReceiverMain(ledger, tolerant)
          .run(Path.of(args[0]), args[1], orders, args[3].equals("take"));
    } catch (HringException | InvalidAddressException e) {
      if (!tolerant) {
        throw e;
      }
      System.out.println("ended by " + e);
    }
  }

  private void run(Path directory, String name, Orders orders, boolean takes) {
    ledger.write(Ledger.Entry.ATTACHING, 0);
    try (Receiver attached =
        Hring.receiver(name)
            .directory(directory)
            .waitFor(SENDER_COMES)
            .follow(ring -> tell(name, ring))
            .attach()) {
      receiver = attached;
      tell(name, receiver.description());
      while (!orders.isClosing()) {
        if (takes) {
          take();
        } else if (poll(POLL) == 0) {
          receiver.await(WAIT);
        }
      }
      free();
      // What was claimed is handled first: close() would free it unseen.
      while (receiver.pending() > 0) {
        poll(receiver.pending());
      }
    }
  }

  private void tell(String name, String description) {
    ledger.write(Ledger.Entry.ATTACHED, RingId.of(name, description));
  }

  private int poll(int limit) {
    ledger.write(Ledger.Entry.FREEING, 0);
    int handled = receiver.poll(this::handle, limit);
    ledger.write(Ledger.Entry.FREED, 0);
    return handled;
  }

  /** Holds some messages, and frees them out of their order. */
  private void take() {
    long address = receiver.take(WAIT);
    if (address != Address.NULL) {
      handle(address, receiver.segment(address));
      held.add(address);
    }
    if (held.size() > HELD || address == Address.NULL) {
      free();
    }
  }

  private void free() {
    ledger.write(Ledger.Entry.FREEING, 0);
    while (!held.isEmpty()) {
      receiver.free(held.removeLast());
    }
    ledger.write(Ledger.Entry.FREED, 0);
  }

  private void handle(long address, MemorySegment message) {
    if (message.byteSize() < Long.BYTES) {
      ledger.write(Ledger.Entry.DAMAGED, 0);
      return;
    }
    long key = Payload.key(message);
    if (!tolerant && !Payload.isSound(message)) {
      ledger.write(Ledger.Entry.DAMAGED, key);
      System.out.printf("damaged: %x, %d bytes at %x%n", key, message.byteSize(), address);
      return;
    }
    ledger.write(receiver.redelivered() ? Ledger.Entry.HANDLED_AGAIN : Ledger.Entry.HANDLED, key);
    if (Payload.number(key) % SLOW == 0) {
      LockSupport.parkNanos(SLOW_NANOS);
    }
  }
}
