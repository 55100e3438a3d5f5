package hring.chaos;

import hring.api.Address;
import hring.api.DeathPolicy;
import hring.api.Hring;
import hring.api.HringException;
import hring.api.InvalidAddressException;
import hring.api.Recovered;
import hring.api.Sender;
import hring.api.SenderBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** The sender's process: sends until it is told to close. */
final class SenderMain {
  private static final long POOL = 1 << 20;
  private static final int BURST = 200;
  private static final int[] BATCHES = {1, 16, 256};
  private static final long NANOS_PER_MESSAGE = 1_000_000_000L / 20_000;
  private static final long RETRY_NANOS = 50_000;
  private static final Duration DRAINED = Duration.ofSeconds(25);

  private final Sender sender;
  private final Ledger ledger;
  private final int generation;
  private final Random random;
  private final Orders orders;
  private final boolean redelivers;
  private final boolean tolerant;
  private final long[] addresses = new long[BURST];
  private Recovered told = new Recovered(0, 0, 0, Duration.ZERO);
  private long next;

  private SenderMain(
      Sender sender,
      Ledger ledger,
      int generation,
      Orders orders,
      boolean redelivers,
      boolean tolerant) {
    this.sender = sender;
    this.ledger = ledger;
    this.generation = generation;
    this.orders = orders;
    this.redelivers = redelivers;
    this.tolerant = tolerant;
    random = new Random(generation);
  }

  /**
   * Arguments: directory, name, ledger, generation, policy, and "tolerant" where scribbled upon.
   */
  public static void main(String[] args) throws Exception {
    Orders orders = Orders.listen();
    int generation = Integer.parseInt(args[3]);
    boolean tolerant = args[5].equals("tolerant");
    DeathPolicy policy = DeathPolicy.valueOf(args[4]);
    SenderBuilder builder =
        Hring.sender(args[1])
            .directory(Path.of(args[0]))
            .poolSize(POOL)
            .transport(generation / 2 % 2 == 0 ? "uring" : "shm")
            .allocator(generation % 2 == 0 ? "slab" : "buddy")
            .maxBatch(BATCHES[generation % BATCHES.length])
            .onReceiverDeath(policy);
    try (Ledger ledger = new Ledger(Path.of(args[2]))) {
      SenderMain main;
      try (Sender sender = builder.open()) {
        ledger.write(Ledger.Entry.OPENED, RingId.of(args[1], sender.description()));
        main =
            new SenderMain(
                sender, ledger, generation, orders, policy == DeathPolicy.REDELIVER, tolerant);
        main.run();
        main.finish();
      }
      // Closing looks after the dead once more.
      main.tell(main.sender.recovered());
      ledger.write(Ledger.Entry.CLOSED, 0);
    } catch (HringException | InvalidAddressException e) {
      if (!tolerant) {
        throw e;
      }
      System.out.println("ended by " + e);
    }
  }

  private void run() {
    long due = System.nanoTime();
    while (!orders.isClosing()) {
      int count = 1 + random.nextInt(BURST);
      ledger.write(Ledger.Entry.INTENT, next + count);
      burst(count);
      Recovered now = sender.recovered();
      sender.submit();
      ledger.write(Ledger.Entry.SUBMITTED, next);
      // What was missed while stopped, or while the ring was full, is not made up for.
      due = Math.max(due + count * NANOS_PER_MESSAGE, System.nanoTime());
      LockSupport.parkNanos(due - System.nanoTime());
      // What was taken back has to be queued again before it is told: it dies with the sender.
      if (!redelivers || sender.awaitDrained(Duration.ZERO)) {
        tell(now);
      }
    }
  }

  /** Several blocks are being written at a time, so that overlapping ones would show. */
  private void burst(int count) {
    int written = 0;
    while (written < count) {
      int group = 0;
      while (written + group < count) {
        long key = Payload.key(generation, next + group);
        long address = sender.allocate(Payload.length(key));
        if (address == Address.NULL) {
          break;
        }
        Payload.write(sender.segment(address), key);
        addresses[group++] = address;
      }
      if (!queue(group) || group == 0 && !retry()) {
        return;
      }
      written += group;
      next += group;
    }
  }

  private boolean queue(int group) {
    for (int i = 0; i < group; i++) {
      if (!tolerant && !Payload.isSound(sender.segment(addresses[i]))) {
        ledger.write(Ledger.Entry.DAMAGED, Payload.key(generation, next + i));
      }
    }
    int queued = sender.tryQueue(addresses, 0, group);
    while (queued < group) {
      if (!retry()) {
        return false;
      }
      queued = sender.tryQueue(addresses, queued, group);
    }
    return true;
  }

  private boolean retry() {
    sender.submit();
    LockSupport.parkNanos(RETRY_NANOS);
    return !(tolerant && orders.isClosing());
  }

  private void finish() {
    if (tolerant) {
      return;
    }
    if (!sender.awaitDrained(DRAINED)) {
      throw new IllegalStateException("not drained: " + sender.poolUse());
    }
  }

  private void tell(Recovered now) {
    if (!now.equals(told)) {
      if (now.deaths() > told.deaths()) {
        ledger.write(Ledger.Entry.RECLAIM_MICROS, now.lastReclaim().toNanos() / 1000);
      }
      told = now;
      ledger.write(Ledger.Entry.DISCARDED, now.discarded());
      ledger.write(Ledger.Entry.REDELIVERED, now.redelivered());
      // Last: of a death that is told, the figures are told too.
      ledger.write(Ledger.Entry.DEATHS, now.deaths());
    }
  }
}
