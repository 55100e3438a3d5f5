package hring.alloc.slab;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock between the threads of one process, for a few dozen instructions at a time: one atomic to
 * take it, a store with release to give it back, where a monitor takes two atomics. It is not in
 * the region, so it holds up no other process.
 */
final class ProcessLock {
  private static final int SPINS = 100;
  private static final long PAUSE_NANOS = 1000;

  private final AtomicBoolean taken = new AtomicBoolean();

  void lock() {
    // Partner: the release in unlock().
    for (int i = 1; !taken.compareAndSet(false, true); i++) {
      if (i % SPINS == 0) {
        LockSupport.parkNanos(PAUSE_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  void unlock() {
    // Partner: the compare-and-set in lock().
    taken.setRelease(false);
  }
}
