package hring.bench;

import static hring.api.spi.alloc.SharedMemory.getLongAcquire;
import static hring.api.spi.alloc.SharedMemory.setLongRelease;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Two words of shared memory, in cache lines of their own: a number goes to and fro in them. */
final class TwoLines {
  private static final long PING = 0;
  private static final long PONG = 128;
  private static final long SIZE = 4096;

  private final MemorySegment memory;

  TwoLines(Path file) throws IOException {
    memory = SharedFile.map(file, SIZE);
  }

  /** Side A's part: sends a number, other than the last, and spins until it is back. */
  long go(long value) {
    // Pairs with side B's acquire of the same word, and the other way round.
    setLongRelease(memory, PING, value);
    while (getLongAcquire(memory, PONG) != value) {
      Thread.onSpinWait();
    }
    return value;
  }

  /**
   * Side B's part: looks once, and sends a number back that is new.
   *
   * @param last what this returned the last time, 0 at first
   * @return the number seen
   */
  long answer(long last) {
    long value = getLongAcquire(memory, PING);
    if (value == last) {
      Thread.onSpinWait();
    } else {
      setLongRelease(memory, PONG, value);
    }
    return value;
  }
}
