package hring.api.internal;

import java.util.concurrent.atomic.AtomicInteger;

/** Keeps an object to the thread that made it, and to the time before it is closed. */
public final class Confinement {
  private final String what;
  private final Thread owner = Thread.currentThread();

  /**
   * The owner until it is closed, then null: one comparison tells both. Plain, as only the owner
   * finds itself in it.
   */
  private Thread thread = owner;

  private volatile boolean closed;

  /** How many other threads are in the middle of a method. */
  private final AtomicInteger visitors = new AtomicInteger();

  /**
   * Confines to the current thread.
   *
   * @param what what is confined, for messages
   * @throws WrongThreadException if the current thread is virtual
   */
  public Confinement(String what) {
    this.what = what;
    if (owner.isVirtual()) {
      throw new WrongThreadException(
          what
              + " needs a platform thread: the kernel knows which thread submits, and a virtual"
              + " thread changes its carrier; open it in Thread.ofPlatform()");
    }
  }

  /**
   * Checks the thread and that it is still open.
   *
   * @throws WrongThreadException if another thread calls
   * @throws IllegalStateException if it is closed
   */
  public void check() {
    if (Thread.currentThread() != thread) {
      throw refuse();
    }
  }

  /**
   * Tells whether the current thread is the owner.
   *
   * @return false for any other thread
   */
  public boolean isOwner() {
    return Thread.currentThread() == owner;
  }

  private RuntimeException refuse() {
    checkOpen();
    return new WrongThreadException(
        what
            + " belongs to "
            + owner
            + ", and was called by "
            + Thread.currentThread()
            + "; only free() may be called by any thread");
  }

  /**
   * Checks that it is still open.
   *
   * @throws IllegalStateException if it is closed
   */
  public void checkOpen() {
    if (closed) {
      throw new IllegalStateException(what + " is closed");
    }
  }

  /**
   * Begins a method that any thread may call: until {@link #exit}, {@link #close} waits.
   *
   * @throws IllegalStateException if it is closed
   */
  public void enter() {
    if (!isOwner()) {
      visitors.incrementAndGet();
    }
    // After the visit is counted: who closes either sees it, or is seen here.
    if (closed) {
      exit();
      checkOpen();
    }
  }

  /** Ends what {@link #enter} began. */
  public void exit() {
    if (!isOwner()) {
      visitors.decrementAndGet();
    }
  }

  /**
   * Closes it, and waits until no other thread is in the middle of a method.
   *
   * @return false if it was closed already
   * @throws WrongThreadException if another thread calls
   */
  public boolean close() {
    if (closed) {
      return false;
    }
    check();
    thread = null;
    closed = true;
    while (visitors.get() > 0) {
      Thread.onSpinWait();
    }
    return true;
  }
}
