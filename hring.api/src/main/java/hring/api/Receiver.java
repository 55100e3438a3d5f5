package hring.api;

import hring.api.internal.Backoff;
import hring.api.internal.attach.Attachment;
import hring.api.internal.attach.Follower;
import hring.api.internal.attach.ReadyChannel;
import hring.api.internal.attach.ReadyTask;
import hring.api.internal.attach.ReadyWatch;
import hring.api.internal.batch.MessageReader;
import hring.api.internal.batch.Messages;
import hring.api.internal.batch.SliceCache;
import hring.api.internal.closing.Confinement;
import hring.api.internal.closing.TakeDown;
import hring.api.spi.region.Counters;
import hring.api.spi.region.Region;
import hring.api.spi.region.WakeWord;
import hring.api.spi.transport.Claims;
import hring.api.spi.transport.Inbound;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * A receiving end of a ring. Several receivers, in several processes, may be attached to one ring;
 * each message reaches exactly one of them.
 *
 * <p><b>Threads.</b> A receiver belongs to the platform thread that attached; another thread gets a
 * {@link WrongThreadException}. The methods that any thread may call say so: {@code free}, so that
 * messages can be handed to workers, {@code close}, and a few that return what never changes. After
 * {@link #close} every method throws {@link IllegalStateException}, except for another {@code
 * close}, and those whose documentation says that they may be called afterwards.
 *
 * <p><b>Empty is a return value</b> (0, {@link Address#NULL}, {@code false}), misuse an exception.
 *
 * <p><b>Others that die.</b> What dead receivers left is reclaimed by every process that is
 * attached, in a thread of its own. If that is impossible, since the region is damaged, the next
 * call of {@code poll}, {@code take} or {@code await} that finds nothing says so, once, by a {@link
 * RegionException}; and {@code close} does, if there was none.
 */
public final class Receiver implements AutoCloseable {
  /**
   * How many messages are freed together at most: enough to share the cost, few enough that the
   * sender need not wait long.
   */
  private static final int CHUNK = 256;

  /** How often to peek at the next entry before looking at the ring's tail: some microseconds. */
  private static final int SPINS = 64;

  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  /** How long to sleep before looking whether the sender is still alive. */
  private static final long PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long LIVENESS_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** How often to look in a wait while another thread sleeps for this receiver. */
  private static final long WATCHED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How long {@link #close()} waits for others at most: 5 seconds. */
  public static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final String name;
  private final WaitStrategy waitStrategy;
  private final Confinement confinement;
  private final Slicing slicing = new Slicing();

  /** Finds the next ring; null if the receiver stays with one. */
  private final Follower follower;

  /** What is done with a message whose handler throws, or null if it counts as handled. */
  private final LongConsumer failed;

  /** Tells whoever waits elsewhere; null until somebody asks for it. */
  private ReadyWatch ready;

  /** What {@link #readyChannel} returns; null before. */
  private ReadyChannel readyChannel;

  // What the receiver uses of its ring. All are replaced together, by use().
  private Attachment attachment;
  private Region region;
  private Inbound inbound;
  private Claims claims;
  private Messages held;
  private Counters counters;
  private MessageReader reader;
  private SliceCache view;

  /** Wakes this receiver if it is parked. */
  private Runnable alarm;

  /**
   * When the receiver last looked whether the sender is alive. Kept across waits, which may be
   * short.
   */
  private long lookedAt = System.nanoTime();

  private boolean inGroup;

  /** How the last ring ended; null if none has ended. */
  private StreamEnd lastEnd;

  private final TakeDown takeDown;

  Receiver(
      String name,
      Attachment attachment,
      WaitStrategy waitStrategy,
      Follower follower,
      FailurePolicy failurePolicy) {
    this.name = name;
    this.waitStrategy = waitStrategy;
    this.follower = follower;
    failed = failurePolicy == FailurePolicy.GIVE_BACK ? this::giveBack : null;
    use(attachment);
    // What was claimed and not handed out is given up by the last step, whichever thread does it.
    confinement = new Confinement("a receiver of '" + name + "'", () -> {});
    takeDown =
        new TakeDown(
            e -> region.fault(e),
            List.of(
                _ -> closeReady(),
                deadline -> this.attachment.endUse(confinement.toString(), deadline),
                this::closeFollower,
                _ -> this.attachment.close(),
                _ -> this.attachment.rethrow()));
  }

  /**
   * Makes this receiver known to its thread, for closing. To be called when nothing can fail any
   * more.
   */
  Receiver begin() {
    confinement.begin();
    return this;
  }

  private void closeReady() {
    if (ready != null) {
      ready.close();
    }
  }

  private void closeFollower(long deadline) {
    if (follower != null) {
      follower.close(confinement.toString(), deadline);
    }
  }

  private void use(Attachment next) {
    attachment = next;
    region = next.region();
    inbound = next.inbound();
    claims = inbound.claims();
    held = next.held();
    counters = next.counters();
    reader = next.reader();
    view = next.view();
    alarm = inbound::wake;
  }

  /** Moves on to the next ring, if there is one. To be called when this one is over. */
  private boolean moveOn() {
    Optional<Attachment> next = follower.find(attachment);
    if (next.isEmpty()) {
      return false;
    }
    activate(next.get());
    Attachment left = attachment;
    use(next.get());
    if (ready != null) {
      ready.moveTo(attachment);
    }
    follower.retire(left);
    // As a handler: it may use this receiver, but not close it under its own feet.
    confinement.beginHandling();
    try {
      follower.tell(attachment);
    } finally {
      confinement.endHandling();
    }
    follower.tidy();
    return true;
  }

  /** Before it is used: if it fails, the next look tries again. */
  private static void activate(Attachment next) {
    try {
      next.activate();
    } catch (RuntimeException | Error e) {
      try (next) {
        throw e;
      }
    }
  }

  /**
   * Handles the messages that are there, oldest first, and frees them afterwards. Does not wait,
   * and may leave messages that come meanwhile to the next call.
   *
   * @param handler gets each message; if it throws, the message it got counts as handled unless
   *     {@link ReceiverBuilder#onHandlerFailure} says otherwise, and the next call goes on with the
   *     one after it
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
    beginPoll(limit);
    try {
      int handled = 0;
      // One call of each: HotSpot makes a copy for each place, and has only so much room for them.
      while (true) {
        int chunk = nextChunk(handled, limit);
        if (chunk == 0) {
          break;
        }
        reader.handle(handler, chunk, failed);
        handled += chunk;
      }
      return handled > 0 ? handled : nothing();
    } catch (InternalError e) {
      throw region.fault(e);
    } finally {
      confinement.endHandling();
    }
  }

  /** Returns 0, or throws what this process could not reclaim of other receivers. */
  private int nothing() {
    if (!inGroup) {
      attachment.rethrow();
    }
    if (ready != null) {
      ready.rearm();
    }
    return 0;
  }

  /** Apart from poll: who is in poll itself has said that it calls handlers. See CallStack. */
  private void beginPoll(int limit) {
    confinement.check();
    if (limit < 1) {
      throw new IllegalArgumentException("limit " + limit + " is not positive");
    }
    confinement.beginHandling();
  }

  private void checkNotHandling() {
    confinement.check();
    confinement.requireNotHandling("poll and take");
  }

  /**
   * Does not look for messages that came while others were handled: who answers after {@link #poll}
   * would wait for that look.
   */
  private int nextChunk(int handled, int limit) {
    int left = limit - handled;
    return left == 0 || handled > 0 && !reader.hasMore() || confinement.isClosing()
        ? 0
        : Math.min(Math.min(left, CHUNK), reader.fill(left));
  }

  /**
   * Takes one message, if there is one. The caller owns it from now on, and has to free it.
   *
   * @return its address, or {@link Address#NULL} if there is none
   * @throws RegionException if the sender, or another process, has written nonsense into the region
   */
  public long take() {
    checkNotHandling();
    try {
      return reader.fill(Claims.MAX_CLAIM) > 0 ? reader.take() : nothing();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Takes several messages, oldest first: cheaper than one by one. The caller owns them from now
   * on, and has to free them. Does not wait.
   *
   * @param addresses gets their addresses
   * @param from the index of the first
   * @param to the index after the last
   * @return the index after the last that was taken: {@code from} if there is none; it may be less
   *     than {@code to} although there are more
   * @throws IndexOutOfBoundsException if the indices are no range of the array
   * @throws RegionException if the sender, or another process, has written nonsense into the
   *     region; nothing was taken then
   */
  public int take(long[] addresses, int from, int to) {
    checkNotHandling();
    Objects.checkFromToIndex(from, to, addresses.length);
    try {
      // One claim: if a second one failed, the caller would not learn of the first.
      int end = from == to ? to : from + Math.min(reader.fill(to - from), to - from);
      for (int i = from; i < end; i++) {
        addresses[i] = reader.take();
      }
      return end > from ? end : from + nothing();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Takes one message, and waits if there is none.
   *
   * @param timeout how long to wait at most
   * @return its address, or {@link Address#NULL} if none came in time or none can come any more,
   *     see {@link #state}
   * @throws RegionException if the sender, or another process, has written nonsense into the region
   */
  public long take(Duration timeout) {
    long address = take();
    return address != Address.NULL ? address : takeAwaited(Backoff.nanos(timeout));
  }

  private long takeAwaited(long nanos) {
    long start = System.nanoTime();
    long left = nanos;
    // Once even if there is no time: a follower moves on in await().
    do {
      if (!await(left)) {
        return Address.NULL;
      }
      long address = take();
      if (address != Address.NULL || state().isFinal()) {
        return address;
      }
      // Another receiver was faster.
      left = nanos - (System.nanoTime() - start);
    } while (left > 0);
    return Address.NULL;
  }

  /**
   * Returns whether the message that is being handled, or was taken last, had been handed out
   * before, to a receiver that died or gave it back: it may have been handled already, in part or
   * as a whole. A message comes back from a dead receiver only with {@link DeathPolicy#REDELIVER}.
   *
   * @return true if it had; false after a call of poll or take that found nothing
   */
  public boolean redelivered() {
    return deliveries() > 0;
  }

  /**
   * Returns how often the message that is being handled, or was taken last, had been handed out
   * before, to a receiver that died or gave it back.
   *
   * @return 0 for a message that was never handed out; at most 15, which also stands for more
   */
  public int deliveries() {
    confinement.check();
    return reader.deliveries();
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
    boolean waits = false;
    while (!claims.hasEntries()) {
      confinement.answer();
      boolean over = isLookDue() && isOver();
      if (over && follower == null) {
        return true;
      }
      if (over && moveOn()) {
        continue;
      }
      long waited = System.nanoTime() - start;
      if (waited >= nanos || Thread.currentThread().isInterrupted()) {
        return false;
      }
      if (!waits) {
        waits = true;
        counters.waits();
      }
      pause(over, waited, nanos - waited);
    }
    return true;
  }

  private boolean isLookDue() {
    long now = System.nanoTime();
    if (now - lookedAt < LIVENESS_NANOS && !attachment.isMarkedEnded()) {
      return false;
    }
    lookedAt = now;
    attachment.rethrow();
    if (follower != null) {
      follower.tidy();
    }
    return true;
  }

  private void pause(boolean over, long waited, long left) {
    if (over) {
      // The old ring does not wake anybody any more.
      confinement.park(Math.min(LIVENESS_NANOS, left));
    } else if (ready != null) {
      // The receiver's bit in the parked mask is the other thread's.
      confinement.park(Math.min(WATCHED_NANOS, left));
    } else if (waitStrategy == WaitStrategy.PARK
        || waitStrategy == WaitStrategy.SPIN_THEN_PARK && waited >= SPIN_NANOS) {
      confinement.alarm(alarm);
      try {
        inbound.park(Math.min(PARK_NANOS, left));
      } finally {
        confinement.alarm(null);
      }
    } else {
      spin();
    }
  }

  /**
   * Peeks at the next entry only: to read the ring's tail each time would take its cache line from
   * the sender.
   */
  private void spin() {
    int looks = 0;
    do {
      Thread.onSpinWait();
    } while (++looks < SPINS && !reader.peekAndPrefetch());
  }

  /** Returns whether the sender has ended and everything that it submitted was taken. */
  private boolean isOver() {
    // In this order: what the sender submitted before it ended is seen when looked for afterwards;
    // and whoever reclaims announces what comes back before the dead one's slot is free.
    if (!attachment.hasEnded()
        || claims.hasEntries()
        || attachment.recovery().mayBringBack()
        || claims.hasReturned()) {
      return false;
    }
    lastEnd = attachment.end();
    return true;
  }

  // What a group of receivers needs to know of its members.

  /** From now on the group looks after what went wrong in the janitor's thread, see rethrow(). */
  WakeWord joinGroup() {
    inGroup = true;
    return new WakeWord(region, attachment.owner());
  }

  /** Throws what this process could not reclaim of other receivers, each failure once. */
  void rethrow() {
    attachment.rethrow();
  }

  SliceCache newView(int cachedSlices) {
    return new SliceCache(region, cachedSlices);
  }

  /** Returns whether there may be a message: what {@link #await} waits for. */
  boolean hasMessages() {
    try {
      return reader.pending() > 0 || claims.hasEntries();
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  boolean isMarkedEnded() {
    return attachment.isMarkedEnded();
  }

  boolean hasEnded() {
    return attachment.hasEnded();
  }

  RegionException fault(InternalError e) {
    return region.fault(e);
  }

  /**
   * Returns the bytes of a message that was taken and not freed yet, or is being handled.
   *
   * @param address what {@link #take} returned, or a handler was given
   * @return its bytes, which must not be used any more once the message is freed
   * @throws InvalidAddressException if it is no such message
   * @throws RegionException if another process has damaged the region
   */
  public MemorySegment segment(long address) {
    confinement.check();
    try {
      boolean handled = address < 0 && confinement.isHandling() && reader.isClaimed(address);
      if (!handled && held.owner(address) != attachment.owner()) {
        throw new InvalidAddressException(
            address, "is no message of this receiver: it was never taken, or is freed already");
      }
    } catch (InternalError e) {
      throw region.fault(e);
    }
    return view.slice(address);
  }

  /**
   * Returns the whole pool, and behind it the memory of small messages, for access by {@link
   * #offset}, which never creates an object, whatever the sizes of messages. Only messages of this
   * receiver may be read or written in it. May be called by any thread, also after {@link #close}:
   * then each access throws an {@link IllegalStateException}.
   *
   * @return the memory
   */
  public MemorySegment pool() {
    return view.pool();
  }

  /**
   * Returns the offset of a message in the pool. Nothing is checked. May be called by any thread,
   * also after {@link #close}.
   *
   * @param address the message
   * @return its offset in {@link #pool}, in bytes
   */
  public long offset(long address) {
    return view.offset(address);
  }

  /**
   * Frees a message: its memory goes back to the sender. May be called by any thread.
   *
   * @param address what {@link #take} returned
   * @throws InvalidAddressException if it is no message of this receiver, or freed already; nothing
   *     is changed
   */
  public void free(long address) {
    if (confinement.isOwner()) {
      confinement.check();
      settle(address);
      free(held, address);
      counters.freed(1);
    } else {
      Attachment ring = enter();
      try {
        free(ring.held(), address);
        ring.counters().freedElsewhere(1);
      } finally {
        ring.visitors().exit();
      }
    }
  }

  /** Before the owner does anything with a message that it may be handling just now. */
  private void settle(long address) {
    if (address < 0 && confinement.isHandling()) {
      reader.keep(address);
    }
  }

  private void free(Messages from, long address) {
    try {
      from.free(address);
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Frees several messages, in any order: cheaper than one by one. May be called by any thread.
   *
   * @param addresses holds what {@link #take} returned
   * @param from the index of the first
   * @param to the index after the last
   * @throws IndexOutOfBoundsException if the indices are no range of the array
   * @throws InvalidAddressException if one is no message of this receiver, or freed already: it is
   *     left as it is, and so are those after it; those before it are freed
   */
  public void free(long[] addresses, int from, int to) {
    Objects.checkFromToIndex(from, to, addresses.length);
    if (confinement.isOwner()) {
      confinement.check();
      for (int i = from; confinement.isHandling() && i < to; i++) {
        settle(addresses[i]);
      }
      free(attachment, addresses, from, to, true);
    } else {
      Attachment ring = enter();
      try {
        free(ring, addresses, from, to, false);
      } finally {
        ring.visitors().exit();
      }
    }
  }

  private void free(Attachment ring, long[] addresses, int from, int to, boolean isOwner) {
    int freed = 0;
    try {
      ring.held().free(addresses, from, to);
      freed = to - from;
    } catch (InvalidAddressException e) {
      // Of one that is there twice, the first: rather too few are counted than too many.
      while (from + freed < to && addresses[from + freed] != e.address()) {
        freed++;
      }
      throw e;
    } catch (InternalError e) {
      throw region.fault(e);
    } finally {
      if (isOwner) {
        ring.counters().freed(freed);
      } else {
        ring.counters().freedElsewhere(freed);
      }
    }
  }

  /**
   * Gives a message back unhandled: it is delivered again, to any receiver, maybe to this one, and
   * {@link #deliveries} counts this. A message that has been handed out as often as the ring allows
   * ({@link SenderBuilder#deliveryLimit}) is discarded, and counted as such. May be called by any
   * thread, and by a handler for the message that it was given.
   *
   * @param address what {@link #take} returned, or a handler was given
   * @return false if it was discarded
   * @throws InvalidAddressException if it is no message of this receiver, or freed already; nothing
   *     is changed
   * @throws UnsupportedOperationException if the ring delivers {@linkplain Delivery#TO_EACH to
   *     each}
   */
  public boolean giveBack(long address) {
    if (confinement.isOwner()) {
      confinement.check();
      settle(address);
      boolean returned = giveBack(attachment, address);
      if (confinement.isHandling()) {
        reader.givenBack(address);
      }
      return returned;
    }
    Attachment ring = enter();
    try {
      return giveBack(ring, address);
    } finally {
      ring.visitors().exit();
    }
  }

  private boolean giveBack(Attachment ring, long address) {
    try {
      return ring.recovery().giveBack(address);
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /** Begins a call of a thread that is not the owner. */
  private Attachment enter() {
    Attachment ring = attachment;
    while (!ring.visitors().enter()) {
      // Refused. So what the owner wrote before it closed the visitors is visible now.
      if (ring == attachment) {
        throw confinement.closed();
      }
      ring = attachment;
    }
    return ring;
  }

  /**
   * Returns whether more messages can come. Makes system calls if there is none now. A receiver
   * that follows its sender moves on to the next ring here, if there is one.
   *
   * @return the state; never a final one if the receiver follows its sender
   */
  public StreamState state() {
    confinement.check();
    try {
      if (confinement.isHandling() || reader.pending() > 0 || !isOver()) {
        return StreamState.OPEN;
      }
      if (follower == null) {
        return lastEnd.state();
      }
      return moveOn() ? StreamState.OPEN : StreamState.BETWEEN;
    } catch (InternalError e) {
      throw region.fault(e);
    }
  }

  /**
   * Returns a channel that is readable when there is something to poll, to be waited for in a
   * {@link java.nio.channels.Selector} with other channels. It is there for its readability alone:
   * nobody may read from it, and it is closed with the receiver.
   *
   * <p>The channel becomes readable when a message comes, and stays so until a call of {@code poll}
   * or {@code take} finds nothing. No message is missed by a loop that calls one of them while the
   * channel is readable. Whoever polls although the channel is not readable goes on until nothing
   * is found. It becomes readable, too, when the sender ends the ring or dies: when {@code poll}
   * has found nothing, ask for the {@link #state}, which also moves on to the next ring if the
   * receiver follows its sender.
   *
   * <pre>{@code
   * receiver.readyChannel().register(selector, SelectionKey.OP_READ);
   * while (receiver.state() == StreamState.OPEN) {
   *   selector.select();
   *   receiver.poll(handler, 64);
   *   selector.selectedKeys().clear();
   * }
   * }</pre>
   *
   * <p>From the first call on, a thread of its own (a daemon named "hring-ready-" and the ring)
   * sleeps for this receiver: a message wakes that thread, and it wakes the selector. Who can wait
   * in {@link #await} is woken sooner. {@code await} and {@code take(Duration)} still work, but
   * look each millisecond instead of being woken.
   *
   * @return the same channel each time, in non-blocking mode
   * @throws IllegalStateException if {@link #onReady} was called before
   * @throws TransportException if there are no file descriptors left for a pipe
   */
  public SelectableChannel readyChannel() {
    confinement.check();
    if (readyChannel == null) {
      requireNotReady();
      ReadyChannel channel = new ReadyChannel();
      try {
        watch(new ReadyWatch(name, channel));
      } catch (RuntimeException | Error e) {
        channel.close();
        throw e;
      }
      readyChannel = channel;
    }
    return readyChannel.source();
  }

  /**
   * Runs a task when there is something to poll, for applications with an event loop of their own.
   * The executor must run tasks in the receiver's thread, as an event loop that attached the
   * receiver, or an executor of one thread that did.
   *
   * <p>The task is run when a message comes, and again until a call of {@code poll} or {@code take}
   * finds nothing: a task that polls once, with a limit, lets other tasks of the loop have their
   * turn. It is run, too, when the sender ends the ring or dies, at most 50 times a second from
   * then on until the receiver is closed: see {@link #readyChannel}, whose other remarks hold as
   * well. After {@link #close} it is not run any more.
   *
   * @param executor runs the task in the receiver's thread; if it refuses, that is an error to the
   *     logger "hring", and the next call of {@code poll} or {@code take} that finds nothing throws
   *     an {@link IllegalStateException}: the task is not run any more
   * @param task polls the receiver
   * @throws IllegalStateException if this or {@link #readyChannel} was called before
   */
  public void onReady(Executor executor, Runnable task) {
    confinement.check();
    requireNotReady();
    ReadyTask signal =
        new ReadyTask(Objects.requireNonNull(executor), Objects.requireNonNull(task));
    ReadyWatch watch = new ReadyWatch(name, signal);
    signal.of(watch);
    watch(watch);
  }

  private void watch(ReadyWatch watch) {
    watch.watch(attachment);
    ready = watch;
  }

  private void requireNotReady() {
    if (ready != null) {
      throw new IllegalStateException(
          "this receiver tells somebody already when it is ready: a receiver has one ready channel,"
              + " or one task");
    }
  }

  /**
   * Returns how the ring ended. If the receiver follows its sender, that is the last ring that
   * ended, even if the receiver is attached to the next one already. Known once {@link #state},
   * {@link #await} or {@link #take(Duration)} has found the end.
   *
   * @return the end; empty if none was found yet
   */
  public Optional<StreamEnd> lastEnd() {
    confinement.check();
    return Optional.ofNullable(lastEnd);
  }

  /**
   * Counts messages that are claimed but not handed out: the rest of the last claim. In a handler,
   * the figure may include messages that follow in the same poll.
   *
   * @return the number
   */
  public int pending() {
    confinement.check();
    return reader.pending();
  }

  /**
   * Returns a human-readable description of the ring. May be called by any thread, also after
   * {@link #close}.
   *
   * @return its file, its placement, its allocator, and how the transport reaches it
   */
  public String description() {
    return attachment.description();
  }

  /**
   * Leaves the ring, as {@link #close(Duration)} does with a limit of {@link #CLOSE_LIMIT}.
   *
   * @throws CloseException if a message is still in use then
   * @throws IllegalStateException if it is called in a handler of this receiver
   */
  @Override
  public void close() {
    close(CLOSE_LIMIT);
  }

  /**
   * Leaves the ring. Messages that this receiver claimed and never handed out go to other
   * receivers; those that it handed out and that are not freed are treated by the ring's {@link
   * DeathPolicy}. May be called by any thread; does nothing if it was closed before.
   *
   * <p>If another thread than the receiver's closes, it takes effect at once, or when the
   * receiver's thread returns from the call that it is in: a wait ends with an {@link
   * IllegalStateException}, {@code poll} returns after the messages that it is handing out. Every
   * later call of that thread throws an {@code IllegalStateException}.
   *
   * <p>It waits until no thread is in {@code free}, or in an operation that holds the memory of a
   * message (writing its segment to a channel, say): until then the receiver stays attached, so
   * that its messages are not overwritten. Every later access to a message throws an {@code
   * IllegalStateException}.
   *
   * @param limit how long to wait for others at most
   * @throws CloseException if a message is still in use then. The receiver takes no more calls;
   *     close it again when those uses have ended
   * @throws IllegalStateException if it is called in a handler of this receiver
   * @throws RegionException if another process has damaged the region; it is closed nevertheless
   */
  public void close(Duration limit) {
    long deadline = Backoff.deadline(limit);
    confinement.close(deadline, () -> takeDown.run(deadline));
  }

  @Override
  public String toString() {
    return "Receiver[" + name + "]";
  }

  /**
   * Passes the bytes beside the address to a handler. One object is kept, so that a poll makes no
   * garbage.
   */
  private final class Slicing implements LongConsumer {
    private MessageHandler handler;

    @Override
    public void accept(long address) {
      handler.onMessage(address, view.slice(address));
    }
  }
}
