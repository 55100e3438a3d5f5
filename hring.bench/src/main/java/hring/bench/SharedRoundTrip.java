package hring.bench;

import static hring.api.spi.SharedMemory.getLongAcquire;
import static hring.api.spi.SharedMemory.setLongRelease;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A number to and fro in two cache lines of shared memory: the limit of any round trip. */
final class SharedRoundTrip implements Workload {
  private static final long PING = 0;
  private static final long PONG = 128;
  private static final long SIZE = 4096;

  private static MemorySegment memory(Path directory) throws IOException {
    return SharedFile.map(directory.resolve("lines"), SIZE);
  }

  @Override
  public void sideA(SideA side) throws IOException {
    MemorySegment memory = memory(side.directory());
    side.roundTrips(
        value -> {
          // Pairs with side B's acquire of the same word, and the other way round.
          setLongRelease(memory, PING, value);
          while (getLongAcquire(memory, PONG) != value) {
            Thread.onSpinWait();
          }
          return value;
        });
  }

  @Override
  public void sideB(SideB side) throws IOException {
    MemorySegment memory = memory(side.directory());
    long last = 0;
    side.ready();
    while (side.goesOn()) {
      long value = getLongAcquire(memory, PING);
      if (value == last) {
        Thread.onSpinWait();
      } else {
        setLongRelease(memory, PONG, value);
        side.received(1, value);
        last = value;
      }
    }
  }
}
