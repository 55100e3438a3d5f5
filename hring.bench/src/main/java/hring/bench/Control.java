package hring.bench;

import static hring.api.spi.alloc.SharedMemory.getLongAcquire;
import static hring.api.spi.alloc.SharedMemory.setLongRelease;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * What the two sides tell each other beside the transport that is measured, the same for every
 * case: a page of shared memory in which every word has one writer and a pair of cache lines of its
 * own. Each release pairs with the acquire of the same word.
 */
final class Control {
  private static final long SIZE = 4096;
  private static final long LINES = 128;
  private static final long OPENED = 0;
  private static final long PHASE = LINES;
  private static final long RECEIVERS = 2 * LINES;
  private static final long READY = 0;
  private static final long COUNT = READY + Long.BYTES;
  private static final long SUM = COUNT + Long.BYTES;

  private final MemorySegment memory;

  Control(Path directory) throws IOException {
    memory = SharedFile.map(directory.resolve("control"), SIZE);
  }

  void opened() {
    setLongRelease(memory, OPENED, 1);
  }

  boolean isOpened() {
    return getLongAcquire(memory, OPENED) != 0;
  }

  void phase(Phase phase) {
    setLongRelease(memory, PHASE, phase.code());
  }

  Phase phase() {
    return Phase.of(getLongAcquire(memory, PHASE));
  }

  void ready(int receiver) {
    setLongRelease(memory, slot(receiver) + READY, 1);
  }

  boolean isReady(int receiver) {
    return getLongAcquire(memory, slot(receiver) + READY) != 0;
  }

  /** Publishes what a receiver has got so far; the count last: whoever sees it sees the sum. */
  void received(int receiver, long count, long sum) {
    setLongRelease(memory, slot(receiver) + SUM, sum);
    setLongRelease(memory, slot(receiver) + COUNT, count);
  }

  long count(int receiver) {
    return getLongAcquire(memory, slot(receiver) + COUNT);
  }

  long sum(int receiver) {
    return getLongAcquire(memory, slot(receiver) + SUM);
  }

  private static long slot(int receiver) {
    return RECEIVERS + receiver * LINES;
  }
}
