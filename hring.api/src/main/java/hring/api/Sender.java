package hring.api;

import hring.api.internal.Backoff;
import hring.api.internal.batch.BatchWriter;
import hring.api.internal.batch.SliceCache;
import hring.api.internal.broadcast.Broadcast;
import hring.api.internal.closing.Confinement;
import hring.api.internal.closing.MemoryUse;
import hring.api.internal.closing.TakeDown;
import hring.api.internal.closing.Visitors;
import hring.api.internal.recovery.Janitor;
import hring.api.internal.recovery.Outstanding;
import hring.api.internal.recovery.Totals;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.Counters;
import hring.api.spi.region.PackLayout;
import hring.api.spi.region.Participant;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import hring.api.spi.transport.BatchList;
import hring.api.spi.transport.Outbound;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * The sending end of a ring. A message is written where it lies: {@link #allocate} a block, write
 * to its {@link #segment}, {@link #tryQueue} its address, {@link #submit}. From {@code tryQueue} on
 * the block belongs to the ring, and then to the receiver that claims it.
 *
 * <p><b>Small messages</b> cost less if they are sent by copy ({@link #trySend}, {@link #send},
 * {@link #tryQueue(MemorySegment)}), or written in the room that {@link #claim} returns. Up to
 * {@value hring.api.spi.region.PackLayout#MAX_SIZE} bytes they take no block of the pool, but lie
 * in memory behind it, of an eighth of its size, 32 KiB at least and 512 KiB at most; several of
 * them share one entry of the ring. A receiver gets them as all others, in the order in which they
 * were queued. With {@link SenderBuilder#maxBatch maxBatch(1)} each takes a block and an entry.
 *
 * <p><b>Threads.</b> A sender belongs to the platform thread that opened it; another thread gets a
 * {@link WrongThreadException}. The methods that any thread may call say so: {@code free}, {@code
 * close}, and a few that return what never changes. After {@link #close} every method throws {@link
 * IllegalStateException}, except for another {@code close}, and those whose documentation says that
 * they may be called afterwards.
 *
 * <p><b>Full is a return value</b> ({@link Address#NULL}, {@code false}), misuse an exception. None
 * of the methods for single messages makes garbage.
 */
public final class Sender implements AutoCloseable {
  /** How long {@link #close()} waits for others at most: 5 seconds. */
  public static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** About a microsecond. */
  private static final int PAUSES = 32;

  private static final int MOST_PAUSES = 8 * PAUSES;

  private final String name;
  private final String choice;
  private final Region region;
  private final Outbound outbound;

  /** The outbound of a ring that delivers to each; else null. */
  private final Broadcast broadcast;

  private final Allocator allocator;
  private final BatchWriter batch;
  private final SliceCache view;
  private final Confinement confinement;
  private final Visitors visitors = new Visitors();

  /** One object for all waits, so that waiting makes no garbage. */
  private final Backoff pause = new Backoff();

  private final Counters counters;
  private final Outstanding outstanding;
  private final Janitor janitor;

  /** How long to pause when the pool is exhausted. */
  private int pauses = PAUSES;

  private final TakeDown takeDown;

  /** The figures of {@link #recovered} when the sender was closed; null before. */
  private volatile Recovered lastRecovered;

  /** The reason given to {@link #abort}; null if it was not called. */
  private volatile String aborted;

  /**
   * The janitor is started by the caller, and ended by {@link #close}.
   *
   * @param choice which transport was chosen, and why, human-readable
   * @param byLock whether it belongs to whoever holds the lock of a {@link ConcurrentSender}
   */
  Sender(
      SenderBuilder options,
      String choice,
      Region region,
      Participant participant,
      Outbound outbound,
      Allocator allocator,
      Janitor janitor,
      boolean byLock) {
    this.name = options.name;
    this.choice = choice;
    this.region = region;
    this.outbound = outbound;
    broadcast = outbound instanceof Broadcast each ? each : null;
    this.allocator = allocator;
    this.janitor = janitor;
    counters = participant.counters();
    outstanding = new Outstanding(region, allocator);
    view = new SliceCache(region);
    long poolSize = region.header().geometry().poolSize();
    confinement = new Confinement("the sender of '" + name + "'", this::submitLast, byLock);
    takeDown =
        new TakeDown(
            region::fault,
            List.of(
                _ -> janitor.close(),
                _ -> submitTheRest(),
                _ -> janitor.rethrow(),
                _ -> tellTheEnd(),
                _ -> region.delete(),
                deadline -> MemoryUse.end(confinement.toString(), visitors, region, deadline),
                _ -> allocator.close(),
                _ -> lastRecovered = new Totals(region).read(),
                _ -> outbound.close(),
                _ -> region.close()));
    batch =
        new BatchWriter(
            region,
            allocator,
            outbound,
            counters,
            Participants.SENDER,
            BatchList.fit(options.maxBatch, allocator.largestBlock(), poolSize));
  }

  /**
   * Makes this sender known to its thread, for closing. To be called when nothing can fail any
   * more.
   */
  Sender begin() {
    confinement.begin();
    return this;
  }

  /**
   * Makes the current thread the owner. To be called with the lock of a {@link ConcurrentSender}.
   *
   * @throws IllegalStateException if it is closed
   */
  void enter() {
    confinement.enter();
  }

  /** As {@link #enter}, if it is not closed; then whoever closes it again need not be the owner. */
  void enterToClose() {
    if (!confinement.isClosing()) {
      confinement.enter();
    }
  }

  /** Counts a wait of a {@link ConcurrentSender}, which waits without the lock. */
  void countWait() {
    counters.waits();
  }

  /**
   * Allocates a block of the pool. Its bytes are whatever its last user left.
   *
   * @param size its length in bytes, 1 to {@link #largestMessage}
   * @return its address, or {@link Address#NULL} if the pool has no room for it now: messages have
   *     to be freed first. If receivers have claimed everything that was submitted, this also
   *     submits what is queued, so that they can make room
   * @throws IllegalArgumentException if the size is out of range
   * @throws RegionException if another process has damaged the region
   */
  public long allocate(long size) {
    confinement.check();
    try {
      long address = allocator.allocate(size);
      if (address == Address.NULL) {
        return allocateAgain(size);
      }
      batch.allocated(address);
      return address;
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  private long allocateAgain(long size) {
    long address = makeRoom() ? allocator.allocate(size) : Address.NULL;
    batch.allocated(address);
    if (address == Address.NULL) {
      submitIfReceiversIdle();
      backOff(pauses);
    }
    return address;
  }

  /** Frees what all receivers have passed, if nobody else does. */
  private boolean makeRoom() {
    return broadcast != null && broadcast.makeRoom();
  }

  /**
   * Allocates a block of the pool, and waits while the pool has no room.
   *
   * @param size its length in bytes, 1 to {@link #largestMessage}
   * @param timeout how long to wait at most
   * @return its address, or {@link Address#NULL} if there was no room in time, or the thread was
   *     interrupted; the interrupt stays set
   * @throws IllegalArgumentException if the size is out of range
   * @throws RegionException if another process has damaged the region
   */
  public long allocate(long size, Duration timeout) {
    long address = allocate(size);
    if (address == Address.NULL) {
      beginWait(timeout);
      while (address == Address.NULL && confinement.pause(pause)) {
        address = allocate(size);
      }
    }
    return address;
  }

  /**
   * Allocates several blocks of one length: cheaper than one by one.
   *
   * @param size the length of each in bytes, 1 to {@link #largestMessage}
   * @param addresses gets their addresses
   * @param from the index of the first
   * @param to the index after the last
   * @return the index after the last that was allocated; less than {@code to}, maybe {@code from},
   *     if the pool has no room for more now: messages have to be freed first
   * @throws IllegalArgumentException if the size is out of range
   * @throws IndexOutOfBoundsException if the indices are no range of the array
   * @throws RegionException if another process has damaged the region
   */
  public int allocate(long size, long[] addresses, int from, int to) {
    confinement.check();
    Objects.checkFromToIndex(from, to, addresses.length);
    try {
      int end = allocator.allocate(size, addresses, from, to);
      if (end < to && makeRoom()) {
        end = allocator.allocate(size, addresses, end, to);
      }
      if (end < to) {
        // Only if nothing was allocated: this may throw, and the caller would not learn of the
        // blocks.
        if (end == from) {
          submitIfReceiversIdle();
        }
        backOff(pauses);
      }
      return end;
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Called when the pool is exhausted: receivers can free only messages that they see. Where each
   * gets all, one may hold messages until it has those that are queued.
   *
   * <p>While they have enough to do, the sender pauses for longer each time: who comes back at once
   * gets the few blocks that were freed last, and messages that are scattered like that cost both
   * sides twice as much.
   */
  private void submitIfReceiversIdle() {
    boolean idle = broadcast != null || batch.unclaimed() == 0;
    pauses = idle ? PAUSES : Math.min(2 * pauses, MOST_PAUSES);
    if (idle) {
      batch.submit();
    }
    janitor.rethrow();
  }

  /** Called when there was no room in the ring. */
  private void backOff() {
    backOff(PAUSES);
  }

  /**
   * Counts that there was no room, and pauses. A sender that asks again and again takes cache lines
   * away from the receivers that it waits for.
   */
  private void backOff(int count) {
    counters.full();
    for (int i = 0; i < count; i++) {
      Thread.onSpinWait();
    }
  }

  /**
   * Returns the bytes of a block that was allocated and not queued yet.
   *
   * @param address the block
   * @return its bytes, which must not be used any more once the message is queued. The same object
   *     is returned for the same block and length again, as long as no more than 262144 are in use
   * @throws InvalidAddressException if it is not such a block
   */
  public MemorySegment segment(long address) {
    confinement.check();
    try {
      if (!batch.isFresh(address) && !isOwn(address)) {
        // In here: the JVM may report a missing page only while this is being made.
        throw new InvalidAddressException(
            address,
            "is no block of this sender: it was never allocated, is freed, or is queued already");
      }
    } catch (InternalError e) {
      throw region.fault(e);
    }
    return view.slice(address);
  }

  private boolean isOwn(long address) {
    batch.markInFlight();
    return allocator.owner(address) == Participants.SENDER;
  }

  /**
   * Returns the whole pool, and behind it the memory of small messages, for access by {@link
   * #offset} and {@link #claim}, which never create an object, whatever the sizes of messages. Only
   * blocks of this sender, and the room that it claimed, may be read or written in it. May be
   * called by any thread, also after {@link #close}: then each access throws an {@link
   * IllegalStateException}.
   *
   * @return the memory
   */
  public MemorySegment pool() {
    return view.pool();
  }

  /**
   * Returns the offset of a block in the pool. Nothing is checked. May be called by any thread,
   * also after {@link #close}.
   *
   * @param address the block
   * @return its offset in {@link #pool}, in bytes
   */
  public long offset(long address) {
    return view.offset(address);
  }

  /**
   * Queues a message. Receivers see it after {@link #submit}. A full batch is submitted at once,
   * unless the pool has no room for its list: then its messages go to the ring in smaller batches
   * or one by one, and are submitted by a later call.
   *
   * @param address a block that was allocated by this sender
   * @return false if the ring is full, or if the pool had no room for the list of a batch in the
   *     last 100 us and 64 entries are unclaimed already: receivers have to take messages first.
   *     The block still belongs to the sender
   * @throws InvalidAddressException if it is no block of this sender, or queued already; nothing is
   *     changed
   * @throws TransportException if a batch is full and the kernel refuses it: the message is queued
   *     if it completed that batch, and goes with the next submit
   * @throws RegionException if another process has damaged the region
   */
  public boolean tryQueue(long address) {
    confinement.check();
    try {
      boolean queued = batch.tryAdd(address);
      if (!queued) {
        janitor.rethrow();
        backOff();
      }
      return queued;
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Queues a message, and waits while there is no room for it. If it has to wait, it submits what
   * was queued before, so that receivers can make room.
   *
   * @param address a block that was allocated by this sender
   * @param timeout how long to wait at most
   * @return false if there was no room in time, or the thread was interrupted, whose interrupt
   *     stays set; the block still belongs to the sender
   * @throws InvalidAddressException as {@link #tryQueue(long)}
   * @throws TransportException as {@link #tryQueue(long)}
   * @throws RegionException if another process has damaged the region
   */
  public boolean queue(long address, Duration timeout) {
    boolean queued = tryQueue(address);
    if (!queued) {
      beginWait(timeout);
      submit();
      while (!queued && confinement.pause(pause)) {
        queued = tryQueue(address);
      }
    }
    return queued;
  }

  /**
   * Queues several messages, in their order: cheaper than one by one. Otherwise as {@link
   * #tryQueue(long)}.
   *
   * @param addresses holds blocks that were allocated by this sender; nobody may change it
   *     meanwhile
   * @param from the index of the first
   * @param to the index after the last
   * @return the index after the last that was queued; less than {@code to}, maybe {@code from}, if
   *     receivers have to take messages first: the rest still belong to the sender
   * @throws InvalidAddressException if one is no block of this sender, or queued already; those
   *     before it are queued, it and those after it are not
   * @throws IndexOutOfBoundsException if the indices are no range of the array
   * @throws RegionException if another process has damaged the region
   */
  public int tryQueue(long[] addresses, int from, int to) {
    confinement.check();
    Objects.checkFromToIndex(from, to, addresses.length);
    try {
      int end = batch.tryAdd(addresses, from, to);
      if (end < to) {
        // As in allocate(): the caller has to learn what was queued.
        if (end == from) {
          janitor.rethrow();
        }
        backOff();
      }
      return end;
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Makes every queued message visible to the receivers, and wakes those that sleep. Over {@code
   * uring} this is one system call if anything is queued, and one or two more if a receiver has to
   * be woken; more if the messages go as more entries than the submission queue has. Over {@code
   * shm} only waking is a system call.
   *
   * @throws InvalidAddressException if another thread freed a message after it was queued; all
   *     others are submitted
   * @throws TransportException if the kernel refuses entries, which stay queued; or to wake
   *     receivers, and then all is submitted
   * @throws RegionException if another process has damaged the region, or a dead receiver's blocks
   *     could not be reclaimed; what is queued is submitted before
   */
  public void submit() {
    confinement.check();
    try {
      batch.submit();
      rethrow();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /** Throws what went wrong in another call or thread and was not reported yet. */
  private void rethrow() {
    if (broadcast != null) {
      broadcast.rethrow();
    }
    batch.rethrow();
    janitor.rethrow();
  }

  /**
   * Frees a block that was allocated and not queued. May be called by any thread.
   *
   * <p>In the sender's own thread, freeing a queued block is refused at once. If another thread
   * frees a block that the sender's thread has queued, the message is left out, and the next {@link
   * #submit} throws after it has submitted the others.
   *
   * @param address the block
   * @throws InvalidAddressException if it is not such a block; nothing is changed
   */
  public void free(long address) {
    try {
      if (confinement.isOwner()) {
        confinement.check();
        batch.free(address);
      } else {
        freeAsVisitor(address);
      }
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  private void freeAsVisitor(long address) {
    if (!visitors.enter()) {
      throw confinement.closed();
    }
    try {
      allocator.free(address);
    } finally {
      visitors.exit();
    }
  }

  /**
   * Copies a message, queues and submits it, and all that was queued before.
   *
   * @param message its bytes, at least one
   * @return false if there is no room for it, as {@link #tryQueue(MemorySegment)}; it is not sent
   *     then
   * @throws IllegalArgumentException if it is empty or larger than {@link #largestMessage}
   * @throws InvalidAddressException if another thread freed a message queued before; this one is
   *     not sent
   * @throws TransportException as {@link #submit}; this message is queued or submitted, as all are
   * @throws RegionException if another process has damaged the region
   */
  public boolean trySend(MemorySegment message) {
    confinement.check();
    // First: if this were thrown by the submit below, the caller would send the message again.
    rethrow();
    boolean queued = tryQueue(message);
    try {
      batch.submit();
    } catch (InternalError e) {
      throw region.fault(e);
    }
    return queued;
  }

  /**
   * Copies a message and queues it. Receivers see it after {@link #submit}; a full batch is
   * submitted at once. A small one takes a block only if the memory for small messages is full of
   * messages that receivers took and keep.
   *
   * @param message its bytes, at least one
   * @return false if the ring is full; of a small message, if the memory for small ones is full and
   *     receivers have not taken all of them; of others, if the pool is full. Receivers have to
   *     take or to free messages first
   * @throws IllegalArgumentException if it is empty or larger than {@link #largestMessage}
   * @throws TransportException as {@link #tryQueue(long)}
   * @throws RegionException if another process has damaged the region
   */
  public boolean tryQueue(MemorySegment message) {
    confinement.check();
    long size = message.byteSize();
    long result = batch.isSmall(size) ? tryQueueSmall(message, (int) size) : BatchWriter.NO_PACK;
    if (result == BatchWriter.NO_PACK) {
      return tryQueueBlock(message);
    }
    if (result == BatchWriter.FULL) {
      noRoom();
      return false;
    }
    return true;
  }

  private long tryQueueSmall(MemorySegment message, int size) {
    try {
      return batch.tryAdd(message, size);
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  private void copy(MemorySegment message, long offset) {
    long size = message.byteSize();
    if (size == Long.BYTES) {
      SharedMemory.setLongPlain(
          view.pool(), offset, message.get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
    } else {
      MemorySegment.copy(message, 0, view.pool(), offset, size);
    }
  }

  private boolean tryQueueBlock(MemorySegment message) {
    long address = allocate(message.byteSize());
    if (address == Address.NULL) {
      return false;
    }
    try {
      copy(message, view.offset(address));
      boolean queued = tryQueue(address);
      if (!queued) {
        free(address);
      }
      return queued;
    } catch (InternalError e) {
      throw region.fault(e);
    } catch (RuntimeException e) {
      freeUnlessQueued(address, e);
      throw e;
    }
  }

  /**
   * Claims room for a small message that is written where it travels, with no block: write it to
   * {@link #pool} at the offset returned, then {@link #commit}. A second call before that, and
   * whatever else queues or submits something, gives the room up.
   *
   * @param size its size in bytes, 1 to {@value hring.api.spi.region.PackLayout#MAX_SIZE}
   * @return the offset in {@link #pool}, a multiple of 8; negative if the ring or the memory for
   *     small messages is full: receivers have to take or to free messages first
   * @throws IllegalArgumentException if the size is out of range, or the ring was opened with
   *     {@link SenderBuilder#maxBatch maxBatch(1)}, or delivers {@linkplain Delivery#TO_EACH to
   *     each}
   * @throws RegionException if another process has damaged the region
   */
  public long claim(int size) {
    confinement.check();
    if (!batch.isSmall(size)) {
      throw new IllegalArgumentException(
          "no room for a message of "
              + size
              + " bytes can be claimed: from 1 to "
              + PackLayout.MAX_SIZE
              + " it can, in a ring with maxBatch of more than 1 whose receivers compete; allocate"
              + " a block for others");
    }
    long offset = findRoom(size);
    if (offset < 0) {
      noRoom();
    }
    return offset;
  }

  private long findRoom(int size) {
    try {
      return batch.claim(size);
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  private void noRoom() {
    janitor.rethrow();
    backOff();
  }

  /**
   * Queues the message that was written to the room claimed last. Receivers see it after {@link
   * #submit}; a full batch is submitted at once.
   *
   * @throws IllegalStateException if no room is claimed
   * @throws TransportException if a batch is full and the kernel refuses it: the message is queued
   * @throws RegionException if another process has damaged the region
   */
  public void commit() {
    confinement.check();
    try {
      batch.commit();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  private void freeUnlessQueued(long address, RuntimeException cause) {
    try {
      if (allocator.owner(address) == Participants.SENDER && !batch.isListed(address)) {
        free(address);
      }
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Copies a message, as {@link #trySend(MemorySegment)} does.
   *
   * @param message its bytes
   * @return false if the pool or the ring is full
   */
  public boolean trySend(byte[] message) {
    return trySend(MemorySegment.ofArray(message));
  }

  /**
   * Copies a message, as {@link #trySend(MemorySegment)} does.
   *
   * @param message holds the message between its position and its limit; both stay as they are
   * @return false if the pool or the ring is full
   */
  public boolean trySend(ByteBuffer message) {
    return trySend(MemorySegment.ofBuffer(message));
  }

  /**
   * Copies a message and waits while the pool or the ring is full.
   *
   * @param message its bytes, at least one
   * @param timeout how long to wait at most
   * @return false if there was no room in time, or the thread was interrupted; nothing is sent then
   * @throws IllegalArgumentException if it is empty or larger than {@link #largestMessage}
   */
  public boolean send(MemorySegment message, Duration timeout) {
    boolean sent = trySend(message);
    if (!sent) {
      beginWait(timeout);
      while (!sent && confinement.pause(pause)) {
        sent = trySend(message);
      }
    }
    return sent;
  }

  /**
   * Copies a message and waits, as {@link #send(MemorySegment, Duration)} does.
   *
   * @param message its bytes
   * @param timeout how long to wait at most
   * @return false if there was no room in time
   */
  public boolean send(byte[] message, Duration timeout) {
    return send(MemorySegment.ofArray(message), timeout);
  }

  /**
   * Copies a message and waits, as {@link #send(MemorySegment, Duration)} does.
   *
   * @param message holds the message between its position and its limit; both stay as they are
   * @param timeout how long to wait at most
   * @return false if there was no room in time
   */
  public boolean send(ByteBuffer message, Duration timeout) {
    return send(MemorySegment.ofBuffer(message), timeout);
  }

  /**
   * Returns the length of the largest message that the pool can hold when it is empty. May be
   * called by any thread, also after {@link #close}.
   *
   * @return its length in bytes
   */
  public long largestMessage() {
    return Math.min(allocator.largestBlock(), Address.MAX_LENGTH);
  }

  /**
   * Waits until a receiver is attached.
   *
   * @param timeout how long to wait at most
   * @return false if none came in time, or the thread was interrupted; the interrupt stays set
   */
  public boolean awaitReceiver(Duration timeout) {
    return awaitReceivers(1, timeout);
  }

  /**
   * Waits until so many receivers are attached and alive.
   *
   * @param count how many, at least
   * @param timeout how long to wait at most
   * @return false if fewer were there in time, or the thread was interrupted; the interrupt stays
   *     set
   */
  public boolean awaitReceivers(int count, Duration timeout) {
    return await(() -> receivers() >= count, timeout);
  }

  /**
   * Waits until everything submitted has been claimed by receivers; of a ring that delivers to
   * each, until every receiver has freed it, but for those that were evicted.
   *
   * @param timeout how long to wait at most
   * @return false if something is still there, or the thread was interrupted
   */
  public boolean awaitDrained(Duration timeout) {
    return await(() -> unclaimed() == 0, timeout);
  }

  /**
   * Waits until everything submitted has been handled: claimed by receivers, and freed, or
   * discarded (see {@link #recovered}). A message that is given back, or whose receiver dies, is
   * waited for until another one has freed it; without a receiver, in vain.
   *
   * <p>Of a ring that delivers {@linkplain Delivery#TO_EACH to each}: until every receiver that is
   * attached has freed it. What a receiver holds that was evicted is not waited for, nor what one
   * holds that has left or died.
   *
   * <p>It asks the participant table, some hundred words. All blocks of the pool are looked through
   * only after messages came back, and when nothing else is left.
   *
   * @param timeout how long to wait at most
   * @return false if something is not handled yet, or the thread was interrupted; the interrupt
   *     stays set
   * @throws RegionException if another process has damaged the region, or a dead receiver's
   *     messages could not be taken back
   */
  public boolean awaitHandled(Duration timeout) {
    return await(this::isHandled, timeout);
  }

  /** Waits until something holds; a call that finds it so at once is no wait. */
  private boolean await(BooleanSupplier event, Duration timeout) {
    boolean happened = event.getAsBoolean();
    if (!happened) {
      beginWait(timeout);
      while (!happened && confinement.pause(pause)) {
        happened = event.getAsBoolean();
      }
    }
    return happened;
  }

  /**
   * Returns whether everything submitted has been handled by now, as {@link #awaitHandled} says.
   */
  boolean isHandled() {
    try {
      // In this order: what is claimed was counted before as its receiver's.
      return unclaimed() == 0 && (broadcast != null || outstanding.isNone());
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  private void beginWait(Duration timeout) {
    counters.waits();
    pause.start(timeout);
  }

  private int unclaimed() {
    confinement.check();
    try {
      janitor.rethrow();
      return batch.unclaimed();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Counts the receivers that are attached and alive. One system call for each that is attached.
   *
   * @return the number
   */
  public int receivers() {
    confinement.check();
    try {
      janitor.rethrow();
      return region.participants().livingReceivers();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Returns what was reclaimed from receivers. A death is noticed within 200 ms; in a process with
   * more than 25 rings, within 1.2 s if the receiver had no messages. May be called by any thread,
   * also after {@link #close}.
   *
   * @return the figures so far
   */
  public Recovered recovered() {
    if (lastRecovered == null) {
      try {
        return new Totals(region).read();
      } catch (IllegalStateException e) {
        // Closed just now: the last figures were kept.
      }
    }
    return lastRecovered;
  }

  /**
   * Returns how often a receiver was evicted because it was too far behind: see {@link
   * SenderBuilder#evictBehind}.
   *
   * @return the number since the ring opened; 0 if receivers are not evicted
   */
  public long evictions() {
    confinement.check();
    return broadcast == null ? 0 : broadcast.evictions();
  }

  /**
   * Returns how much of the pool is used. Small messages that were sent by copy are not in it.
   *
   * @return the figures
   * @throws RegionException if another process has damaged the region
   */
  public AllocatorStats poolUse() {
    confinement.check();
    try {
      batch.markInFlight();
      return allocator.stats();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Returns a human-readable description of the ring. May be called by any thread, also after
   * {@link #close}.
   *
   * @return its file, its transport and why it was chosen, its placement, its allocator, and how
   *     the transport made it
   */
  public String description() {
    return region.file()
        + ", "
        + choice
        + ", "
        + region.header().placement()
        + ", allocator "
        + region.header().allocator()
        + ", "
        + outbound.description();
  }

  /**
   * Returns the name of the transport that carries the messages. May be called by any thread, also
   * after {@link #close}.
   *
   * @return its name
   */
  public String transport() {
    return region.header().transport();
  }

  /**
   * Returns where the ring's entries live. May be called by any thread, also after {@link #close}.
   *
   * @return the placement
   */
  public Placement placement() {
    return region.header().placement();
  }

  /**
   * Ends the ring, as {@link #close(Duration)} does with a limit of {@link #CLOSE_LIMIT}.
   *
   * @throws CloseException as {@link #close(Duration)}
   * @throws RegionException if another process has damaged the region
   */
  @Override
  public void close() {
    close(CLOSE_LIMIT);
  }

  /**
   * Submits what is queued, tells the receivers that nothing more will come, and removes the name.
   * Attached receivers can still take what was submitted; no receiver can attach any more. What
   * receivers left that died before this call is reclaimed first. May be called by any thread; does
   * nothing if it was closed before.
   *
   * <p>If another thread than the sender's closes, it takes effect at once, or when the sender's
   * thread returns from the call that it is in; a wait ends with an {@link IllegalStateException},
   * and so does every later call of that thread. Over a transport that takes submissions from one
   * thread only, as "uring" does, that thread submits what is queued, if it is in a call, or in a
   * wait for this or another end of a ring. If it is elsewhere, or has ended, what is queued is
   * lost, and the exception says how much that was.
   *
   * <p>The memory is unmapped when no thread is in {@code free}, or in an operation that holds a
   * segment (reading from a channel into it, say).
   *
   * @param limit how long to wait for others at most
   * @throws CloseException if the sender's thread is in a call that does not return in time, or the
   *     memory is still in use then: close it again when those uses have ended. Or if messages were
   *     queued that no thread could submit; then the sender is closed
   * @throws RegionException if another process has damaged the region; it is closed nevertheless
   */
  public void close(Duration limit) {
    long deadline = Backoff.deadline(limit);
    confinement.close(deadline, () -> takeDown.run(deadline));
  }

  /**
   * Ends the ring as {@link #close()} does, but receivers see {@link StreamState#ABORTED} and the
   * reason, after they have taken what was submitted. What is queued and not submitted is not sent.
   * May be called by any thread; does nothing if it was closed before.
   *
   * <p>An exception that leaves try-with-resources closes the ring, and receivers mistake a
   * truncated stream for a complete one. So:
   *
   * <pre>{@code
   * try (Sender sender = Hring.sender("prices").open()) {
   *   try {
   *     produce(sender);
   *   } catch (Throwable e) {
   *     sender.abort(e.toString());
   *     throw e;
   *   }
   * }
   * }</pre>
   *
   * @param reason why, human-readable; receivers see as much of it as {@value
   *     hring.api.spi.region.HeaderLayout#REASON_SIZE} bytes of UTF-8 hold
   * @throws CloseException as {@link #close(Duration)}
   * @throws RegionException if another process has damaged the region; it is closed nevertheless
   */
  public void abort(String reason) {
    aborted = Objects.requireNonNull(reason);
    close();
  }

  /** The last that the sender's thread does when another thread closes. */
  private void submitLast() {
    if (aborted != null) {
      return;
    }
    try {
      batch.submit();
    } catch (InternalError e) {
      takeDown.fail(e);
    } catch (RuntimeException e) {
      takeDown.fail(e);
    }
  }

  private void submitTheRest() {
    int lost = maySubmit() ? 0 : batch.unsubmitted();
    if (lost > 0 && aborted == null) {
      takeDown.fail(
          new CloseException(
              confinement
                  + " is closed, and "
                  + lost
                  + " queued messages are lost: only its own thread could have submitted them, and"
                  + " that did not call anything any more; submit before you leave it"));
    }
    if (lost == 0 && aborted == null) {
      batch.close();
    }
    if (broadcast != null) {
      // For the last time: nobody allocates any more, so receivers go on without it.
      broadcast.collect();
      broadcast.rethrow();
    }
  }

  /** Asked by who closes, when the owner has stopped. */
  private boolean maySubmit() {
    return confinement.isOwner() || !outbound.isBoundToThread();
  }

  private void tellTheEnd() {
    // After the last submit: who sees the ring closed and then looks at it sees every message.
    String reason = aborted;
    if (reason == null) {
      region.markClosed();
    } else {
      region.markAborted(reason);
    }
    outbound.wakeAll();
  }

  @Override
  public String toString() {
    return "Sender[" + name + "]";
  }
}
