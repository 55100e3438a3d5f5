package hring.api;

import hring.api.internal.Backoff;
import hring.api.internal.Confinement;
import hring.api.internal.attach.Attachment;
import hring.api.internal.attach.Follower;
import hring.api.internal.batch.MessageReader;
import hring.api.internal.batch.SliceCache;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Inbound;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * A receiving end of a ring. Several receivers, in several processes, may be attached to one ring;
 * each message reaches exactly one of them.
 *
 * <p><b>Threads.</b> Everything but {@link #free} is confined to the platform thread that attached;
 * another thread gets a {@link WrongThreadException}. {@code free} may be called by any thread, so
 * that messages can be handed to workers. After {@link #close} every method throws {@link
 * IllegalStateException}.
 *
 * <p><b>Empty is a return value</b> (0, {@link Address#NULL}, {@code false}), misuse an exception.
 */
public final class Receiver implements AutoCloseable {
  /**
   * How many messages are freed together: enough to share the cost, few enough that the sender need
   * not wait long.
   */
  private static final int RUN = 256;

  /** How often to look at the hint alone: some microseconds. */
  private static final int SPINS = 64;

  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  /** How long to sleep before looking whether the sender is still alive. */
  private static final long PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long LIVENESS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final String name;
  private final WaitStrategy waitStrategy;
  private final Confinement confinement;
  private final Slicing slicing = new Slicing();

  /** Takes this receiver to the next ring, or null if it stays with one. */
  private final Follower follower;

  // What the receiver has of its ring; all are replaced together, by use().
  private Attachment attachment;
  private Region region;
  private Inbound inbound;
  private Allocator allocator;
  private MessageReader reader;
  private SliceCache view;

  private boolean handling;

  Receiver(String name, Attachment attachment, WaitStrategy waitStrategy, Follower follower) {
    this.name = name;
    this.waitStrategy = waitStrategy;
    this.follower = follower;
    confinement = new Confinement("a receiver of '" + name + "'");
    use(attachment);
  }

  private void use(Attachment next) {
    attachment = next;
    region = next.region();
    inbound = next.inbound();
    allocator = next.allocator();
    reader = next.reader();
    view = next.view();
  }

  /** Goes on to the next ring, if there is one. To be called when this one is over. */
  private boolean moveOn() {
    Optional<Attachment> next = follower.follow(attachment);
    if (next.isEmpty()) {
      return false;
    }
    use(next.get());
    attachment.activate();
    follower.tell(attachment);
    return true;
  }

  /**
   * Handles messages that are there, oldest first, and frees each run of them afterwards. Does not
   * wait.
   *
   * @param handler gets each message; if it throws, the message it got counts as handled, and the
   *     next call goes on with the one after it
   * @param limit how many messages at most, at least 1
   * @return how many were handled, 0 if there was none
   * @throws RegionException if the sender, or another process, has written nonsense into the region
   */
  public int poll(MessageHandler handler, int limit) {
    checkNotHandling();
    slicing.handler = handler;
    return poll(slicing, limit);
  }

  /**
   * Handles messages by their addresses alone, for handlers that read them at their {@link #offset}
   * in the {@link #pool}. Otherwise as {@link #poll(MessageHandler, int)}.
   *
   * @param handler gets the address of each message, valid until it returns
   * @param limit how many messages at most, at least 1
   * @return how many were handled, 0 if there was none
   * @throws RegionException if the sender, or another process, has written nonsense into the region
   */
  public int poll(LongConsumer handler, int limit) {
    checkNotHandling();
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit + " is not positive");
    }
    handling = true;
    try {
      int handled = 0;
      // One call of each: HotSpot makes a copy for each place, and has only so much room for them.
      for (int run = 1; run > 0; handled += run) {
        run = nextRun(limit - handled);
        reader.handle(handler, run);
      }
      return handled;
    } catch (InternalError e) {
      throw region.fault(e);
    } finally {
      handling = false;
    }
  }

  private void checkNotHandling() {
    confinement.check();
    if (handling) {
      throw new IllegalStateException(
          "poll and take cannot be called by a message handler: it returns first");
    }
  }

  private int nextRun(int left) {
    return left == 0 ? 0 : Math.min(Math.min(left, RUN), reader.fill(left));
  }

  /**
   * Takes one message, if there is one. The caller owns its block from now on, and frees it.
   *
   * @return its address, or {@link Address#NULL} if there is none
   * @throws RegionException if the sender, or another process, has written nonsense into the region
   */
  public long take() {
    checkNotHandling();
    try {
      return reader.fill(1) == 0 ? Address.NULL : reader.take();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Takes one message, and waits for it if need be.
   *
   * @param timeout how long to wait at most
   * @return its address, or {@link Address#NULL} if none came in time or none can come any more:
   *     {@link #state} tells
   * @throws RegionException if the sender, or another process, has written nonsense into the region
   */
  public long take(Duration timeout) {
    long address = take();
    return address != Address.NULL ? address : takeAwaited(Backoff.nanos(timeout));
  }

  private long takeAwaited(long nanos) {
    long start = System.nanoTime();
    long left = nanos;
    // Once also without time: a follower moves on there.
    do {
      if (!await(left)) {
        return Address.NULL;
      }
      long address = take();
      if (address != Address.NULL || state() != StreamState.OPEN) {
        return address;
      }
      // Another receiver was faster.
      left = nanos - (System.nanoTime() - start);
    } while (left > 0);
    return Address.NULL;
  }

  /**
   * Tells whether the message that is being handled, or was taken last, had been claimed before, by
   * a receiver that died: it may have been handled already, in part or as a whole. Only rings with
   * {@link DeathPolicy#REDELIVER} have such messages.
   *
   * @return true if it had; false after a call of poll or take that found nothing
   */
  public boolean redelivered() {
    confinement.check();
    return reader.redelivered();
  }

  /**
   * Waits, as the wait strategy says, until there is a message or none can come any more.
   *
   * @param timeout how long to wait at most
   * @return false if time is up, or the thread was interrupted; the interrupt stays set
   * @throws RegionException if another process has damaged the region
   */
  public boolean await(Duration timeout) {
    confinement.check();
    return await(Backoff.nanos(timeout));
  }

  private boolean await(long nanos) {
    if (reader.pending() > 0) {
      return true;
    }
    try {
      return awaitWords(nanos);
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  private boolean awaitWords(long nanos) {
    long start = System.nanoTime();
    long looked = start;
    while (!inbound.hasWords()) {
      long now = System.nanoTime();
      boolean over = false;
      if (now - looked >= LIVENESS_NANOS || attachment.isClosed()) {
        looked = now;
        over = isOver();
        if (over && (follower == null || moveOn())) {
          return follower == null || await(nanos - (now - start));
        }
        if (follower != null) {
          follower.tidy();
        }
      }
      if (now - start >= nanos || Thread.currentThread().isInterrupted()) {
        return false;
      }
      pause(over, now - start, nanos - (now - start));
    }
    return true;
  }

  private void pause(boolean over, long waited, long left) {
    if (over) {
      // The old ring does not wake anybody any more.
      LockSupport.parkNanos(Math.min(LIVENESS_NANOS, left));
    } else if (waitStrategy == WaitStrategy.PARK
        || waitStrategy == WaitStrategy.SPIN_THEN_PARK && waited >= SPIN_NANOS) {
      inbound.park(Math.min(PARK_NANOS, left));
    } else {
      spin();
    }
  }

  /** To look in earnest each time would take the line of the ring's indices from the sender. */
  private void spin() {
    int looks = 0;
    do {
      Thread.onSpinWait();
    } while (++looks < SPINS && !reader.glimpse());
  }

  /** Tells whether the sender has ended and everything it submitted is taken. */
  private boolean isOver() {
    // In this order: what the sender submitted before it ended is seen when looked for afterwards.
    return attachment.hasEnded() && !inbound.hasWords();
  }

  /**
   * Gives access to a message that was taken and not freed yet.
   *
   * @param address what {@link #take} returned
   * @return its bytes; not to be used any more once it is freed
   * @throws InvalidAddressException if it is no such message
   * @throws RegionException if another process has damaged the region
   */
  public MemorySegment segment(long address) {
    confinement.check();
    try {
      if (allocator.owner(address) != attachment.owner()) {
        throw new InvalidAddressException(
            address, "is no message of this receiver: it was never taken, or is freed already");
      }
    } catch (InternalError e) {
      throw region.fault(e);
    }
    return view.slice(address);
  }

  /**
   * Gives the whole pool, for access by {@link #offset}: the way that never makes an object,
   * whatever the sizes of messages. Only messages of this receiver may be touched. May be called by
   * any thread.
   *
   * @return the memory
   */
  public MemorySegment pool() {
    return view.pool();
  }

  /**
   * Tells where a message is. Nothing is checked. May be called by any thread.
   *
   * @param address the message
   * @return its offset in {@link #pool}, in bytes
   */
  public long offset(long address) {
    return view.offset(address);
  }

  /**
   * Gives the block of a message back to the pool. May be called by any thread.
   *
   * @param address what {@link #take} returned
   * @throws InvalidAddressException if it is no message of this receiver, or freed already; nothing
   *     is changed
   */
  public void free(long address) {
    confinement.enter();
    try {
      allocator.free(address);
    } catch (InternalError e) {
      throw region.fault(e);
    } finally {
      confinement.exit();
    }
  }

  /**
   * Tells whether more messages can come. Costs a system call if there is none now. A receiver that
   * follows its sender is always {@link StreamState#OPEN}.
   *
   * @return the state
   */
  public StreamState state() {
    confinement.check();
    try {
      if (reader.pending() > 0) {
        return StreamState.OPEN;
      }
      if (!isOver()) {
        return StreamState.OPEN;
      }
      if (follower != null) {
        moveOn();
        return StreamState.OPEN;
      }
      return attachment.isClosed() ? StreamState.SENDER_CLOSED : StreamState.SENDER_DIED;
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Tells how many messages this receiver has claimed and not handed out yet. They came in one
   * batch with messages that were. A handler that asks may be told of those that this poll handed
   * out before, too.
   *
   * @return the number
   */
  public int pending() {
    confinement.check();
    return reader.pending();
  }

  /**
   * Describes the ring, for people.
   *
   * @return its file, its placement, its allocator, and how the transport reaches it
   */
  public String description() {
    return attachment.description();
  }

  /**
   * Leaves the ring. Messages that this receiver has taken or claimed and not freed are freed now,
   * unseen. Does nothing if it was closed before.
   */
  @Override
  public void close() {
    if (handling) {
      throw new IllegalStateException(
          "close cannot be called by a message handler: it returns first");
    }
    if (!confinement.close()) {
      return;
    }
    try (follower) {
      attachment.close();
    }
  }

  @Override
  public String toString() {
    return "Receiver[" + name + "]";
  }

  /** Gives a handler the bytes beside the address; kept, so that a poll makes no garbage. */
  private final class Slicing implements LongConsumer {
    private MessageHandler handler;

    @Override
    public void accept(long address) {
      handler.onMessage(address, view.slice(address));
    }
  }
}
