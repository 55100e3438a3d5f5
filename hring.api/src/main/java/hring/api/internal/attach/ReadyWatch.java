package hring.api.internal.attach;

import hring.api.internal.batch.MessageReader;
import hring.api.spi.transport.Claims;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Watches a receiver's ring in a thread of its own, for a receiver that waits somewhere else: in a
 * selector, or in a queue of tasks. There is one thread for each receiver that asks for it.
 *
 * <p><b>No wake is lost.</b> The watch is armed, or its signal is raised.
 *
 * <ol>
 *   <li>While it is armed, the thread looks at the ring, and sleeps as a receiver does ({@link
 *       hring.api.spi.transport.Inbound#park}) until there is something. Then it raises the signal,
 *       and looks no more.
 *   <li>While the signal is raised, the receiver is called again and again: a channel stays
 *       readable, a task is run again.
 *   <li>A call of the receiver that finds nothing lowers the signal, then arms the watch, whose
 *       thread then looks at the ring. So what came after the receiver had looked is found in step
 *       1.
 * </ol>
 *
 * <p><b>The end of a stream</b> is a signal, too, as with a socket. The thread raises it at most
 * every 20 ms from then on: a loop that does not ask for the {@code state} must not use up a core,
 * and one that follows its sender looks for the next ring that often.
 */
public final class ReadyWatch {
  private static final System.Logger LOG = System.getLogger("hring");

  /** How long to sleep before looking whether the sender is still alive. */
  private static final long PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long END_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long JOIN_MILLIS = 1;

  /** How the receiver's thread is told. */
  public interface Signal {
    /**
     * Raises the signal, unless it is raised. Called by a watch's thread; when the receiver has
     * moved to another ring, by two of them at the same time.
     *
     * @param mark marks the watch as raised: a receiver that finds nothing lowers the signal from
     *     then on. Returns false if it is marked already, and then there is nothing to do
     * @throws Exception if nobody can be told
     */
    void raise(BooleanSupplier mark) throws Exception;

    /**
     * Lowers the signal. Called by the receiver's thread, while it is raised.
     *
     * @throws Exception if that fails
     */
    void lower() throws Exception;

    /** Ends what was needed for it. Called by whoever closes the receiver. */
    void close();
  }

  private final String name;
  private final Signal signal;

  /**
   * Set by the watch's thread, cleared by the receiver's. The thread that watched the ring before
   * may be in the signal still.
   */
  private final AtomicBoolean raised = new AtomicBoolean();

  private final BooleanSupplier mark = this::markRaised;

  /** Why nobody is told any more; thrown by the receiver's next call that finds nothing. */
  private volatile RuntimeException failure;

  private Watcher watcher;

  /**
   * Creates a watch, which does not run yet.
   *
   * @param name the name of the ring
   * @param signal how the receiver's thread is told
   */
  public ReadyWatch(String name, Signal signal) {
    this.name = name;
    this.signal = signal;
  }

  private boolean markRaised() {
    return raised.compareAndSet(false, true);
  }

  /**
   * Returns whether the signal is raised.
   *
   * @return false if the watch looks at the ring
   */
  public boolean isRaised() {
    return raised.get();
  }

  /**
   * Begins to watch a ring. Called by the receiver's thread.
   *
   * @param ring what the receiver is attached to
   */
  public void watch(Attachment ring) {
    MessageReader reader = ring.reader();
    if (reader.pending() > 0 && !raised.get()) {
      // Nobody else sees that these are there.
      raise();
    }
    watcher = new Watcher(ring);
    watcher.thread.start();
  }

  /**
   * Watches another ring from now on. Called by the receiver's thread, which uses that ring
   * already.
   *
   * @param next what the receiver is attached to by now
   */
  public void moveTo(Attachment next) {
    watcher.stop();
    try {
      watch(next);
    } catch (Error e) {
      // There is no memory for a thread, and the receiver has to move on as a whole.
      cannotTell(e);
    }
  }

  /**
   * Lowers the signal, and looks at the ring from now on. Called by the receiver's thread when it
   * has found nothing.
   *
   * @throws RuntimeException what went wrong in the watch's thread
   */
  public void rearm() {
    if (failure != null) {
      throw failure;
    }
    if (raised.get()) {
      try {
        signal.lower();
      } catch (Exception e) {
        throw failed(e);
      }
      raised.set(false);
      LockSupport.unpark(watcher.thread);
    }
  }

  private void raise() {
    try {
      signal.raise(mark);
    } catch (Exception | Error e) {
      cannotTell(e);
    }
  }

  /**
   * Notes that whoever waits cannot be told any more. It is logged, too: a receiver that is called
   * only when it is ready is not called any more.
   *
   * @param e why
   */
  void cannotTell(Throwable e) {
    RuntimeException failed = failed(e);
    note(failed);
    LOG.log(System.Logger.Level.ERROR, failed.getMessage(), e);
  }

  private synchronized void note(RuntimeException e) {
    if (failure == null) {
      failure = e;
    } else if (failure != e) {
      failure.addSuppressed(e);
    }
  }

  private IllegalStateException failed(Throwable e) {
    return new IllegalStateException(
        "whoever waits for the ring '"
            + name
            + "' elsewhere cannot be told any more: "
            + e
            + "; close this receiver, and attach anew",
        e);
  }

  /**
   * Ends it all, before the ring is unmapped. Called by whoever closes the receiver. When this
   * returns, the thread does not look at the ring any more; it has ended, or is in an executor of
   * the application's.
   */
  public void close() {
    watcher.stop();
    signal.close();
  }

  /** The thread for one ring. */
  private final class Watcher implements Runnable {
    private final Attachment ring;
    private final Claims claims;
    private final Thread thread;
    private volatile boolean stopped;

    /** Whether it is in the signal, and so not at the ring. */
    private volatile boolean telling;

    /** When the end was signalled last; 0 if it was not. */
    private long endTold;

    Watcher(Attachment ring) {
      this.ring = ring;
      claims = ring.inbound().claims();
      thread = Thread.ofPlatform().daemon().name("hring-ready-" + name).unstarted(this);
    }

    @Override
    public void run() {
      try {
        while (!stopped) {
          if (raised.get() || failure != null) {
            LockSupport.park(this);
          } else if (claims.hasEntries()) {
            tell();
          } else if (ring.hasEnded()) {
            tellEnd();
          } else {
            ring.inbound().park(PARK_NANOS);
          }
        }
      } catch (InternalError e) {
        fail(ring.region().fault(e));
      } catch (RuntimeException e) {
        fail(e);
      } catch (Error e) {
        fail(failed(e));
      }
    }

    /** In this order: see stop(). */
    private void tell() {
      telling = true;
      raise();
      telling = false;
    }

    private void tellEnd() {
      long left = endTold == 0 ? 0 : END_NANOS - (System.nanoTime() - endTold);
      if (left > 0) {
        LockSupport.parkNanos(this, left);
      } else {
        endTold = Math.max(1, System.nanoTime());
        tell();
      }
    }

    private void fail(RuntimeException e) {
      if (!stopped) {
        note(e);
        tell();
      }
    }

    /**
     * Stops it. When this returns, it does not look at the ring any more. That does not take long,
     * whatever the application does: whoever sees here that it is in the signal has said before
     * that it is to stop, and it sees that when it comes out.
     */
    void stop() {
      stopped = true;
      boolean interrupted = false;
      while (thread.isAlive() && !telling) {
        LockSupport.unpark(thread);
        ring.inbound().wake();
        try {
          thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
