package hring.bench;

import hring.api.Address;
import hring.api.Delivery;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.Tap;
import hring.api.WaitStrategy;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Messages over a ring, in the default pool unless they are too large for it. */
final class HringStream implements Workload {
  static final String RING = "bench";
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int POLL = 4096;

  /** How many messages are allocated, and queued, by one call. */
  private static final int TOGETHER = 64;

  /** Where what is in flight has the size of the second-level cache of today's processors. */
  private static final int LARGE = 1 << 20;

  private static final long LARGE_POOL = 8L << 20;

  /** Waiting in short steps: the end of the run is looked for in between. */
  private static final Duration STEP = Duration.ofMillis(20);

  /** How often a tap looks. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How messages are handed over. */
  private enum Way {
    /** Many are allocated, and queued, by one call. */
    TOGETHER,
    /** A call of {@code allocate} and one of {@code tryQueue} for each. */
    ONE_BY_ONE,
    /** A call of {@code tryQueue} for each, which copies it. */
    COPIED,
    /** A call of {@code trySend} for each, which copies and submits it. */
    EACH,
    /** A call of {@code send} for each, which waits for room besides. */
    WAITING
  }

  private final int size;
  private final Way way;
  private int maxBatch = SenderBuilder.DEFAULT_MAX_BATCH;
  private boolean submitsEach;
  private String transport = Cases.URING;
  private double held;
  private long pauseNanos;
  private long waitNanos;
  private WaitStrategy waitStrategy = WaitStrategy.SPIN;
  private boolean tapped;
  private Delivery delivery = Delivery.TO_ONE;

  /** What is allocated together. Made once: what a run makes counts as garbage. */
  private final long[] addresses = new long[TOGETHER];

  /** Where a message is written that is copied. */
  private final MemorySegment message;

  private HringStream(int size, Way way) {
    this.size = size;
    this.way = way;
    message = MemorySegment.ofArray(new long[size / Long.BYTES]);
  }

  /**
   * Batches as the defaults make them, of messages that are allocated and queued 64 at a time;
   * large ones are sent one by one.
   */
  static HringStream batched(int size) {
    return size >= LARGE ? oneByOne(size) : new HringStream(size, Way.TOGETHER);
  }

  /** Batches as well, of messages that are allocated and queued one by one. */
  static HringStream oneByOne(int size) {
    HringStream stream = new HringStream(size, Way.ONE_BY_ONE);
    stream.submitsEach = size >= LARGE;
    return stream;
  }

  /** One entry of the ring for each message, one submission for 64. */
  static HringStream single(int size) {
    HringStream stream = new HringStream(size, Way.TOGETHER);
    stream.maxBatch = 1;
    stream.submitsEach = true;
    return stream;
  }

  /** Batches of messages that were written elsewhere first, and are copied. */
  static HringStream copied(int size) {
    return new HringStream(size, Way.COPIED);
  }

  /** Each message is copied and submitted by itself, as the plainest program does. */
  static HringStream each(int size) {
    return new HringStream(size, Way.EACH);
  }

  /** The same, waiting for room by the call that does. */
  static HringStream waiting(int size) {
    return new HringStream(size, Way.WAITING);
  }

  /** Chooses the transport, uring unless this is called. */
  HringStream over(String name) {
    transport = name;
    return this;
  }

  /** Lets the sender hold a part of the pool's blocks, spread over the pool. */
  HringStream holding(double part) {
    held = part;
    return this;
  }

  /** Lets the receiver take its time over each message. */
  HringStream readSlowly(long nanosPerMessage) {
    pauseNanos = nanosPerMessage;
    return this;
  }

  /** Lets the receiver wait for something else with each message, as a worker does for a disk. */
  HringStream waitingOver(long nanosPerMessage) {
    waitNanos = nanosPerMessage;
    return this;
  }

  /** Lets the second of two on side B look on, and receive nothing. */
  HringStream tapped() {
    tapped = true;
    return this;
  }

  /** For receivers that may have to share a core: they sleep when nothing comes. */
  HringStream sharingCores() {
    waitStrategy = WaitStrategy.SPIN_THEN_PARK;
    return this;
  }

  /** Lets each receiver get each message. */
  HringStream toEach() {
    delivery = Delivery.TO_EACH;
    return this;
  }

  @Override
  public void sideA(SideA side) throws IOException {
    SenderBuilder builder =
        Hring.sender(RING)
            .directory(side.directory())
            .transport(transport)
            .maxBatch(maxBatch)
            .delivery(delivery);
    if (size >= LARGE) {
      builder.poolSize(LARGE_POOL);
    }
    try (Sender sender = builder.open()) {
      hold(sender);
      MemorySegment pool = sender.pool();
      SideA.Chunk chunk = (first, count) -> send(sender, pool, first, first + count);
      if (delivery == Delivery.TO_EACH) {
        side.bursts(size, chunk);
      } else {
        side.stream(size, chunk, limit(side));
      }
    }
  }

  private Limit limit(SideA side) throws IOException {
    return maxBatch > 1 || !transport.equals(Cases.URING)
        ? Limit.NONE
        : Limit.nops(BareRing.make(side.directory().resolve("nops")));
  }

  /** Fills the pool, then frees every n-th block. */
  private void hold(Sender sender) {
    if (held == 0) {
      return;
    }
    long step = Math.round(1 / (1 - held));
    long blocks = sender.poolUse().poolSize();
    long[] all = new long[(int) (blocks / Long.BYTES)];
    int taken = 0;
    for (long a = sender.allocate(size); a != Address.NULL; a = sender.allocate(size)) {
      all[taken++] = a;
    }
    for (int i = 0; i < taken; i++) {
      if (i % step == 0) {
        sender.free(all[i]);
      }
    }
  }

  private void send(Sender sender, MemorySegment pool, long from, long to) {
    switch (way) {
      case TOGETHER -> sendTogether(sender, pool, from, to);
      case ONE_BY_ONE -> sendOneByOne(sender, pool, from, to);
      case COPIED -> sendCopied(sender, from, to);
      case EACH -> sendEach(sender, from, to);
      case WAITING -> sendWaiting(sender, from, to);
    }
    sender.submit();
  }

  private void sendTogether(Sender sender, MemorySegment pool, long from, long to) {
    long value = from;
    while (value < to) {
      int wanted = (int) Math.min(TOGETHER, to - value);
      int taken = sender.allocate(size, addresses, 0, wanted);
      for (int i = 0; i < taken; i++) {
        Payload.write(pool, sender.offset(addresses[i]), size, value + i);
      }
      value += taken;
      int queued = sender.tryQueue(addresses, 0, taken);
      while (queued < taken) {
        sender.submit();
        Thread.onSpinWait();
        queued = sender.tryQueue(addresses, queued, taken);
      }
      if (submitsEach) {
        sender.submit();
      }
    }
  }

  private void sendOneByOne(Sender sender, MemorySegment pool, long from, long to) {
    for (long value = from; value < to; value++) {
      long address = allocate(sender);
      Payload.write(pool, sender.offset(address), size, value);
      queue(sender, address);
    }
  }

  private void sendCopied(Sender sender, long from, long to) {
    for (long value = from; value < to; value++) {
      Payload.write(message, 0, size, value);
      while (!sender.tryQueue(message)) {
        sender.submit();
        Thread.onSpinWait();
      }
    }
  }

  private void sendEach(Sender sender, long from, long to) {
    for (long value = from; value < to; value++) {
      Payload.write(message, 0, size, value);
      while (!sender.trySend(message)) {
        Thread.onSpinWait();
      }
    }
  }

  private void sendWaiting(Sender sender, long from, long to) {
    for (long value = from; value < to; value++) {
      Payload.write(message, 0, size, value);
      if (!sender.send(message, PATIENCE)) {
        throw new IllegalStateException("no room for " + PATIENCE);
      }
    }
  }

  private long allocate(Sender sender) {
    long address = sender.allocate(size);
    while (address == Address.NULL) {
      Thread.onSpinWait();
      address = sender.allocate(size);
    }
    return address;
  }

  private void queue(Sender sender, long address) {
    while (!sender.tryQueue(address)) {
      sender.submit();
      Thread.onSpinWait();
    }
    if (submitsEach) {
      sender.submit();
    }
  }

  @Override
  public void sideB(SideB side) {
    if (tapped && !side.isFirst()) {
      lookOn(side);
      return;
    }
    try (Receiver receiver =
        Hring.receiver(RING)
            .directory(side.directory())
            .waitFor(PATIENCE)
            .waitStrategy(waitStrategy)
            .attach()) {
      Reader reader = new Reader(receiver);
      side.ready();
      while (side.goesOn()) {
        int count = receiver.poll(reader, POLL);
        if (count > 0) {
          side.received(count, reader.takeSum());
        } else {
          receiver.await(STEP);
        }
      }
    }
  }

  /** By the clock: it shares a core with the receiver, where there are two. */
  private void lookOn(SideB side) {
    try (Tap tap = Hring.tap(RING).directory(side.directory()).waitFor(PATIENCE).open()) {
      side.ready();
      while (side.goesOn()) {
        tap.poll(shown -> Payload.read(shown, 0, size), TOGETHER);
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  /** Reads every message. */
  private final class Reader implements LongConsumer {
    private final Receiver receiver;
    private final MemorySegment pool;
    private long sum;

    Reader(Receiver receiver) {
      this.receiver = receiver;
      pool = receiver.pool();
    }

    @Override
    public void accept(long address) {
      sum += Payload.read(pool, receiver.offset(address), size);
      if (waitNanos > 0) {
        LockSupport.parkNanos(waitNanos);
      }
      if (pauseNanos > 0) {
        long end = System.nanoTime() + pauseNanos;
        while (System.nanoTime() < end) {
          Thread.onSpinWait();
        }
      }
    }

    long takeSum() {
      long taken = sum;
      sum = 0;
      return taken;
    }
  }
}
