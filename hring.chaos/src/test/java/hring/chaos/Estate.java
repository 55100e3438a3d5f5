package hring.chaos;

import hring.api.ParticipantStats;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.Region;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The region of a ring, as the referee has it mapped: what its participants counted can be read
 * also when its sender was killed, and when its file is gone.
 */
final class Estate implements AutoCloseable {
  private static final int NANOS_PER_MICRO = 1000;

  private final Region region;

  Estate(Path file) {
    region = Region.attach(file, false);
  }

  long deaths() {
    return region.participants().deaths();
  }

  long lastReclaimMicros() {
    return SharedMemory.getLongAcquire(region.headerMemory(), HeaderLayout.LAST_RECLAIM)
        / NANOS_PER_MICRO;
  }

  long discarded() {
    return sum(ParticipantStats::discarded);
  }

  long returned() {
    return sum(ParticipantStats::returned);
  }

  private long sum(ToLongFunction<ParticipantStats> figure) {
    List<ParticipantStats> stats = region.participants().stats();
    return stats.stream().mapToLong(figure).sum();
  }

  @Override
  public String toString() {
    return deaths() + " deaths, " + region.participants().stats();
  }

  @Override
  public void close() {
    region.close();
  }
}
