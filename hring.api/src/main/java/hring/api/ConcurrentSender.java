package hring.api;

import hring.api.internal.Backoff;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The sending end of a ring for any number of threads of one process, virtual ones included. Each
 * thread's messages arrive in the order in which it queued them.
 *
 * <p>It is a {@link Sender} behind a lock: each call holds the lock, and no call waits while it
 * holds it, so a thread that waits for room keeps nobody from anything. Messages are written in
 * place without the lock: {@link #allocate}, write to the {@link #segment}, {@link #tryQueue},
 * {@link #submit}. A submit submits what all threads have queued.
 *
 * <p>Over {@code uring} each submit costs a little more than an ordinary sender's: the kernel has
 * to expect any thread. A thread that has many messages spares system calls, and the lock, by
 * queueing several before it submits.
 *
 * <p>All methods may be called by any thread. After {@link #close} every method throws {@link
 * IllegalStateException}, except for another {@code close}, and those whose documentation says that
 * they may be called afterwards.
 */
public final class ConcurrentSender implements AutoCloseable {
  private final Sender sender;
  private final ReentrantLock lock = new ReentrantLock();

  ConcurrentSender(Sender sender) {
    this.sender = sender;
  }

  /** Returns the sender, with the lock; without it if this throws. */
  private Sender enter() {
    lock.lock();
    try {
      sender.enter();
      return sender;
    } catch (RuntimeException e) {
      lock.unlock();
      throw e;
    }
  }

  /** Waits, without the lock, until something holds. */
  private boolean await(BooleanSupplier event, Duration timeout) {
    boolean happened = event.getAsBoolean();
    if (!happened) {
      countWait();
      Backoff pause = new Backoff(timeout);
      while (!happened && pause.step()) {
        happened = event.getAsBoolean();
      }
    }
    return happened;
  }

  private void countWait() {
    Sender held = enter();
    try {
      held.countWait();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Copies a message into the pool, queues and submits it, as {@link Sender#trySend(MemorySegment)}
   * does.
   *
   * @param message its bytes, at least one
   * @return false if the pool or the ring is full; nothing is sent then
   * @throws IllegalArgumentException if it is empty or larger than {@link #largestMessage}
   * @throws RegionException if another process has damaged the region
   */
  public boolean trySend(MemorySegment message) {
    Sender held = enter();
    try {
      return held.trySend(message);
    } finally {
      lock.unlock();
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
   * Copies a message and waits while the pool or the ring is full. Others may send meanwhile.
   *
   * @param message its bytes, at least one
   * @param timeout how long to wait at most
   * @return false if there was no room in time, or the thread was interrupted, whose interrupt
   *     stays set; nothing is sent then
   * @throws IllegalArgumentException if it is empty or larger than {@link #largestMessage}
   * @throws RegionException if another process has damaged the region
   */
  public boolean send(MemorySegment message, Duration timeout) {
    return await(() -> trySend(message), timeout);
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
   * Allocates a block of the pool, as {@link Sender#allocate(long)} does.
   *
   * @param size its length in bytes, 1 to {@link #largestMessage}
   * @return its address, or {@link Address#NULL} if the pool has no room for it now
   * @throws IllegalArgumentException if the size is out of range
   * @throws RegionException if another process has damaged the region
   */
  public long allocate(long size) {
    Sender held = enter();
    try {
      return held.allocate(size);
    } finally {
      lock.unlock();
    }
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
    long[] address = new long[1];
    await(() -> (address[0] = allocate(size)) != Address.NULL, timeout);
    return address[0];
  }

  /**
   * Returns the bytes of a block that was allocated and not queued yet. They are read and written
   * without a lock: that is for the thread that has the block.
   *
   * @param address the block
   * @return its bytes, which must not be used any more once the message is queued
   * @throws InvalidAddressException if it is not such a block
   */
  public MemorySegment segment(long address) {
    Sender held = enter();
    try {
      return held.segment(address);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Queues a message, as {@link Sender#tryQueue(long)} does. Receivers see it after the next {@link
   * #submit}, of whichever thread, or when the batch is full.
   *
   * @param address a block that was allocated by this sender
   * @return false if receivers have to take messages first. The block still belongs to the caller
   * @throws InvalidAddressException if it is no block of this sender, or queued already; nothing is
   *     changed
   * @throws RegionException if another process has damaged the region
   */
  public boolean tryQueue(long address) {
    Sender held = enter();
    try {
      return held.tryQueue(address);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Queues a message, and waits while there is no room for it. If it has to wait, it submits what
   * was queued before, so that receivers can make room.
   *
   * @param address a block that was allocated by this sender
   * @param timeout how long to wait at most
   * @return false if there was no room in time, or the thread was interrupted, whose interrupt
   *     stays set; the block still belongs to the caller
   * @throws InvalidAddressException as {@link #tryQueue(long)}
   * @throws RegionException if another process has damaged the region
   */
  public boolean queue(long address, Duration timeout) {
    return await(() -> queueOrSubmit(address), timeout);
  }

  private boolean queueOrSubmit(long address) {
    Sender held = enter();
    try {
      boolean queued = held.tryQueue(address);
      if (!queued) {
        held.submit();
      }
      return queued;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes every queued message visible to the receivers, those of all threads, as {@link
   * Sender#submit} does.
   *
   * @throws TransportException if the kernel refuses
   * @throws RegionException if another process has damaged the region, or a dead receiver's blocks
   *     could not be reclaimed; what is queued is submitted before
   */
  public void submit() {
    Sender held = enter();
    try {
      held.submit();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Frees a block that was allocated and not queued.
   *
   * @param address the block
   * @throws InvalidAddressException if it is not such a block; nothing is changed
   */
  public void free(long address) {
    Sender held = enter();
    try {
      held.free(address);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the length of the largest message that the pool can hold when it is empty. May be
   * called after {@link #close}.
   *
   * @return its length in bytes
   */
  public long largestMessage() {
    return sender.largestMessage();
  }

  /**
   * Counts the receivers that are attached and alive. One system call for each that is attached.
   *
   * @return the number
   */
  public int receivers() {
    Sender held = enter();
    try {
      return held.receivers();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a receiver is attached.
   *
   * @param timeout how long to wait at most
   * @return false if none came in time, or the thread was interrupted; the interrupt stays set
   */
  public boolean awaitReceiver(Duration timeout) {
    return await(() -> receivers() > 0, timeout);
  }

  /**
   * Waits until everything submitted has been handled, as {@link Sender#awaitHandled} says. What
   * other threads submit meanwhile is waited for, too.
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

  private boolean isHandled() {
    Sender held = enter();
    try {
      return held.isHandled();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns what was reclaimed from receivers, as {@link Sender#recovered} does. May be called
   * after {@link #close}.
   *
   * @return the figures so far
   */
  public Recovered recovered() {
    return sender.recovered();
  }

  /**
   * Returns how much of the pool is used.
   *
   * @return the figures
   * @throws RegionException if another process has damaged the region
   */
  public AllocatorStats poolUse() {
    Sender held = enter();
    try {
      return held.poolUse();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns a human-readable description of the ring. May be called after {@link #close}.
   *
   * @return as {@link Sender#description}
   */
  public String description() {
    return sender.description();
  }

  /**
   * Ends the ring, as {@link #close(Duration)} does with a limit of {@link Sender#CLOSE_LIMIT}.
   *
   * @throws CloseException as {@link #close(Duration)}
   * @throws RegionException if another process has damaged the region
   */
  @Override
  public void close() {
    close(Sender.CLOSE_LIMIT);
  }

  /**
   * Submits what is queued, tells the receivers that nothing more will come, and removes the name,
   * as {@link Sender#close(Duration)} does. Calls of other threads that have begun come to their
   * end first; waits end with an {@link IllegalStateException}. Does nothing if it was closed
   * before.
   *
   * @param limit how long to wait for others at most
   * @throws CloseException if another thread is in a call, or the memory is in use, and that does
   *     not end in time: close it again
   * @throws RegionException if another process has damaged the region; it is closed nevertheless
   */
  public void close(Duration limit) {
    end(limit, null);
  }

  /**
   * Ends the ring as {@link #close()} does, but receivers see {@link StreamState#ABORTED} and the
   * reason, as {@link Sender#abort} says.
   *
   * @param reason why, human-readable
   * @throws CloseException as {@link #close(Duration)}
   * @throws RegionException if another process has damaged the region; it is closed nevertheless
   */
  public void abort(String reason) {
    end(Sender.CLOSE_LIMIT, Objects.requireNonNull(reason));
  }

  private void end(Duration limit, String reason) {
    long deadline = Backoff.deadline(limit);
    lockBefore(deadline);
    try {
      sender.enterToClose();
      if (reason != null) {
        sender.abort(reason);
      } else {
        sender.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes the lock, also if the thread is interrupted, which stays set. */
  private void lockBefore(long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (lock.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
            return;
          }
          throw new CloseException(
              this + " cannot be closed yet: another thread is in a call; close it again later");
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public String toString() {
    return "Concurrent" + sender;
  }
}
