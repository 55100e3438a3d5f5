package hring.api.internal;

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
   * Closes it.
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
    return true;
  }
}
