package hring.api.internal.closing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A thread to which ends of rings are confined. While it waits in a method of one of them it also
 * answers those who want to close another.
 */
final class OwnerThread {
  private static final System.Logger LOG = System.getLogger("hring");

  private static final ThreadLocal<OwnerThread> CURRENT = ThreadLocal.withInitial(OwnerThread::new);

  private final List<Confinement> confined = new CopyOnWriteArrayList<>();

  /** Set by whoever wants to close, cleared by the thread before it looks through them. */
  private volatile boolean asked;

  /** Gets the thread out of the sleep in which it is, or null if it does not sleep. */
  private volatile Runnable alarm;

  private OwnerThread() {}

  static OwnerThread current() {
    return CURRENT.get();
  }

  void add(Confinement confinement) {
    confined.add(confinement);
  }

  void remove(Confinement confinement) {
    confined.remove(confinement);
  }

  /**
   * Asks the thread to answer, and wakes it if it sleeps. It may just be going to sleep, and miss
   * that: to be called again until there is an answer. May be called by any thread.
   */
  void ask() {
    asked = true;
    Runnable wake = alarm;
    if (wake != null) {
      try {
        wake.run();
      } catch (RuntimeException | Error e) {
        // Only a hint: the owner wakes by itself when its time is up. Who closes has to go on.
        LOG.log(System.Logger.Level.DEBUG, "an owner that sleeps could not be woken", e);
      }
    }
  }

  /** Answers whoever asked. Called by the thread itself, in the middle of a wait. */
  void answer() {
    if (asked) {
      asked = false;
      confined.forEach(Confinement::answerIfAsked);
    }
  }

  /** Says how the thread can be woken: before it sleeps; null afterwards. */
  void alarm(Runnable wake) {
    alarm = wake;
  }

  /** Returns whether the thread is in a handler of messages, of whichever receiver. */
  boolean isHandling() {
    for (Confinement confinement : confined) {
      if (confinement.isHandling()) {
        return true;
      }
    }
    return false;
  }
}
