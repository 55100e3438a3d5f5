package hring.api.internal.closing;

import hring.api.CloseException;
import hring.api.internal.Backoff;
import hring.api.spi.alloc.SharedMemory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps an object to the thread that made it, until somebody closes it: that may be any thread. It
 * costs the owner one comparison of a plain field in each call. {@code docs/decisions/closing.md}
 * says why that is enough.
 *
 * <ol>
 *   <li>Who closes takes the owner's name out of {@link #thread}: no call begins any more.
 *   <li>A call that has begun comes to its end. Who closes waits until the owner has answered, in
 *       its next call or in the middle of a wait; or until it is seen to be outside of every call;
 *       or until it has ended.
 *   <li>Then the object is the closer's alone. It holds {@link #closing} while it takes it down.
 * </ol>
 */
public final class Confinement {
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** How often the owner has to be seen outside. */
  private static final int LOOKS = 2;

  /** The state of the owner. */
  private enum Stage {
    /** It uses the object. */
    OPEN,
    /** It is to stop. */
    ASKED,
    /** It is doing the last that it has to do. */
    ANSWERING,
    /** It has stopped: the object is whoever's who closes it. */
    STOPPED
  }

  private final String what;

  /** Changes only in {@link #enter}. */
  private Thread owner = Thread.currentThread();

  /** Whether it belongs to whoever holds a lock, rather than to the thread that made it. */
  private final boolean byLock;

  private final OwnerThread ownerThread;
  private final Runnable lastAct;
  private final Runnable alarm;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.OPEN);
  private final ReentrantLock closing = new ReentrantLock();

  /**
   * The owner until somebody closes, then null: one comparison tells both. Plain, for the hot path:
   * the owner may go on for a few calls before it sees a change.
   */
  private Thread thread = owner;

  /** Whether the owner is in a handler of messages. Written by the owner, read by others. */
  private boolean handling;

  private volatile Thread closer;

  /**
   * Confines to the current thread.
   *
   * @param what what is confined, for messages
   * @param lastAct what the owner does before it stops because another thread wants to close; it
   *     throws nothing
   * @throws WrongThreadException if the current thread is virtual
   */
  public Confinement(String what, Runnable lastAct) {
    this(what, lastAct, false);
  }

  /**
   * Confines to the current thread, or to whoever holds a lock.
   *
   * @param what what is confined, for messages
   * @param lastAct what the owner does before it stops because another thread wants to close
   * @param byLock true if each thread calls {@link #enter} under one lock before it uses the
   *     object, and closes it under that lock: nobody ever has to ask an owner to stop. Such an
   *     object has no waits
   * @throws WrongThreadException if there is no lock, and the current thread is virtual
   */
  public Confinement(String what, Runnable lastAct, boolean byLock) {
    this.what = what;
    this.lastAct = lastAct;
    this.byLock = byLock;
    if (owner.isVirtual() && !byLock) {
      throw new WrongThreadException(
          what
              + " needs a platform thread: the kernel knows which thread submits, and a virtual"
              + " thread changes its carrier; open it in Thread.ofPlatform()");
    }
    ownerThread = OwnerThread.current();
    alarm = this::unparkOwner;
  }

  private void unparkOwner() {
    LockSupport.unpark(owner);
  }

  /** Makes the owner answer in all its waits. To be called when the object is whole. */
  public void begin() {
    if (!byLock) {
      ownerThread.add(this);
    }
  }

  /**
   * Makes the current thread the owner, until another thread enters. To be called with the lock.
   *
   * @throws IllegalStateException if it is closed
   */
  public void enter() {
    if (closer != null) {
      throw closed();
    }
    owner = Thread.currentThread();
    thread = owner;
  }

  /**
   * Checks the thread and that it is still open. Returns also for a handler of the owner's, if
   * somebody else closes meanwhile: that takes effect after the handler.
   *
   * @throws WrongThreadException if another thread calls
   * @throws IllegalStateException if it is closed
   */
  public void check() {
    if (Thread.currentThread() != thread) {
      refuse();
    }
  }

  /**
   * Returns whether the current thread is the owner.
   *
   * @return false for any other thread
   */
  public boolean isOwner() {
    return Thread.currentThread() == owner;
  }

  private void refuse() {
    // Partner: the fence in ask(): whoever finds the owner's name gone finds the closer's.
    SharedMemory.fullFence();
    if (isOwner() && closer != null) {
      if (handling) {
        return;
      }
      answerIfAsked();
    }
    if (closer != null) {
      throw closed();
    }
    throw new WrongThreadException(
        what
            + " belongs to "
            + owner
            + ", and was called by "
            + Thread.currentThread()
            + "; only close() and free() may be called by any thread");
  }

  /**
   * Creates the exception for whoever uses it after it was closed.
   *
   * @return the exception
   */
  public IllegalStateException closed() {
    Thread by = closer;
    return new IllegalStateException(
        what + " is closed" + (by == null || by == owner ? "" : ", by " + by));
  }

  /**
   * Begins to call handlers of the application. To be called after {@link #check}.
   *
   * @throws IllegalStateException if a handler is running
   */
  public void beginHandling() {
    requireNotHandling("poll and take");
    handling = true;
  }

  /** Ends what {@link #beginHandling} began; the owner answers if somebody wants to close. */
  public void endHandling() {
    handling = false;
    if (thread == null) {
      answerIfAsked();
    }
  }

  /**
   * Checks that no handler is running.
   *
   * @param methods what a handler may not call
   * @throws IllegalStateException if one is
   */
  public void requireNotHandling(String methods) {
    if (handling) {
      throw new IllegalStateException(
          methods + " cannot be called by a message handler: it returns first");
    }
  }

  /**
   * Returns whether somebody wants to close. Called by the owner, between the handlers of one call.
   *
   * @return true if the call should return
   */
  public boolean isClosing() {
    return thread == null;
  }

  /**
   * Returns whether a handler is being called. Called by the owner.
   *
   * @return true if one is
   */
  public boolean isHandling() {
    return handling;
  }

  /**
   * Answers whoever wants to close this, or another object of the owner's. Called by the owner in
   * the middle of a wait, where nothing is half done.
   *
   * @throws IllegalStateException if this is closed
   */
  public void answer() {
    ownerThread.answer();
    check();
  }

  /**
   * Says how the owner, which is about to sleep, can be woken.
   *
   * @param wake wakes it, whoever calls it and whenever; null when it sleeps no more
   */
  public void alarm(Runnable wake) {
    ownerThread.alarm(wake);
  }

  /**
   * Sleeps until time is up or somebody wants to close an object of the owner's; or for no reason.
   *
   * @param nanos how long at most, in nanoseconds
   */
  public void park(long nanos) {
    ownerThread.alarm(alarm);
    LockSupport.parkNanos(nanos);
    ownerThread.alarm(null);
  }

  /**
   * Waits a little, and answers whoever wants to close.
   *
   * @param pause how long
   * @return false if time is up or the thread is interrupted; the interrupt stays set
   * @throws IllegalStateException if it is closed
   */
  public boolean pause(Backoff pause) {
    ownerThread.alarm(alarm);
    boolean more = pause.step();
    ownerThread.alarm(null);
    answer();
    return more;
  }

  /** Does the last that the owner has to do, if somebody wants to close. Called by the owner. */
  void answerIfAsked() {
    if (!handling && stage.compareAndSet(Stage.ASKED, Stage.ANSWERING)) {
      try {
        lastAct.run();
      } finally {
        stage.set(Stage.STOPPED);
      }
    }
  }

  /**
   * Makes the owner stop, and takes the object down. May be called by any thread, and again: it
   * then waits for who closes already.
   *
   * @param deadline when to give up, as {@link System#nanoTime} counts
   * @param takeDown does it, by one thread at a time
   * @throws CloseException if the owner is in a call that does not end in time, or another thread
   *     is closing it and has not finished by then
   * @throws IllegalStateException if the owner calls in a handler of messages
   */
  public void close(long deadline, Runnable takeDown) {
    if (isOwner()) {
      requireNotHandling("close");
    } else if (stage.get() != Stage.STOPPED) {
      ask();
      awaitStop(deadline);
    }
    lock(deadline);
    try {
      if (isOwner()) {
        stopOneself();
      }
      takeDown.run();
    } finally {
      // Also if it has to be closed again: the owner has answered, and is asked no more.
      ownerThread.remove(this);
      closing.unlock();
    }
  }

  /** Waits for whoever closes already, also if the thread is interrupted, which stays set. */
  private void lock(long deadline) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (closing.tryLock(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return;
          }
          throw new CloseException(
              what
                  + " cannot be closed yet: another thread is closing it, and has not finished;"
                  + " close it again later. It takes no more calls");
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

  /**
   * With the lock: what the owner still has to do it does itself, and nobody else has begun.
   * Whoever asked meanwhile waits for the lock, and finds everything done.
   */
  private void stopOneself() {
    if (closer == null) {
      closer = owner;
    }
    thread = null;
    stage.set(Stage.STOPPED);
  }

  private void ask() {
    if (closer == null) {
      closer = Thread.currentThread();
    }
    stage.compareAndSet(Stage.OPEN, Stage.ASKED);
    // Partner: the fence in refuse().
    SharedMemory.fullFence();
    thread = null;
  }

  private void awaitStop(long deadline) {
    boolean interrupted = false;
    int outside = 0;
    try {
      while (stage.get() != Stage.STOPPED) {
        ownerThread.ask();
        outside = isInCall() ? 0 : outside + 1;
        if ((outside >= LOOKS || !owner.isAlive())
            && stage.compareAndSet(Stage.ASKED, Stage.STOPPED)) {
          break;
        }
        if (System.nanoTime() - deadline >= 0) {
          throw stillInCall();
        }
        LockSupport.parkNanos(PAUSE_NANOS);
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Looks at the stack first: what the owner wrote before is seen then. */
  private boolean isInCall() {
    return CallStack.isInCall(owner, ownerThread.isHandling()) || handling;
  }

  private CloseException stillInCall() {
    return new CloseException(
        what
            + " cannot be closed yet: "
            + owner
            + " is in the middle of "
            + (handling ? "a message handler" : "a call")
            + " and does not return; close it again later. It takes no more calls");
  }

  @Override
  public String toString() {
    return what;
  }
}
