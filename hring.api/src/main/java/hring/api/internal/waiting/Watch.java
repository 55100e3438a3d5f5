package hring.api.internal.waiting;

import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.SystemCalls;
import hring.api.spi.region.WakeWord;
import hring.api.spi.region.WordWait;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One thread's sleep on the wake words of up to {@link #MAX_RINGS} rings, and on a bell of its own,
 * by which other threads of this process get it up. Used by that thread, but for {@link #ring}.
 */
final class Watch {
  /** One word is the bell. */
  static final int MAX_RINGS = WordWait.MAX_WORDS - 1;

  private final WordWait wait = SystemCalls.present().newWordWait();
  private final MemorySegment bell = Arena.ofAuto().allocate(Integer.BYTES, Integer.BYTES);
  private int count;

  Watch() {}

  /**
   * Begins a watch without rings. What another thread does before it rings is either seen by who
   * looks after this, or keeps {@link #await} from sleeping.
   */
  void begin() {
    // Partner: getAndAddInt in ring().
    wait.set(0, bell, SharedMemory.getIntAcquire(bell, 0));
    count = 1;
  }

  /** Adds a ring, whose wake word is armed. */
  void add(WakeWord word) {
    wait.set(count++, word.word(), word.expected());
  }

  /** Sleeps; returns false if time is up, and true if the caller has to look. */
  boolean await(long nanos) {
    return wait.await(count, nanos);
  }

  /** Gets the thread up, also if it is only about to sleep. May be called by any thread. */
  void ring() {
    // Partner: the acquire in begin(), and the kernel's comparison.
    SharedMemory.getAndAddInt(bell, 0, 1);
    try {
      SystemCalls.present().wakeAll(bell);
    } catch (IOException e) {
      throw new IllegalStateException("a thread that sleeps cannot be woken", e);
    }
  }
}
