package hring.api.spi.alloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hring.api.AllocatorStats;
import hring.api.AllocatorStats.SizeClass;
import hring.api.AllocatorStats.Use;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatsBuilderTest {
  private static final PoolGeometry GEOMETRY = new PoolGeometry(4096, 16, 8);

  @Test
  void blocksAreCountedByOwnerAndBySize() {
    AllocatorStats stats =
        new StatsBuilder(GEOMETRY)
            .live(3, 100, 128)
            .free(1024, 2)
            .live(1, 10, 64)
            .live(3, 64, 64)
            .free(128, 1)
            .live(Owner.IN_FLIGHT, 1, 64)
            .free(2048, 0)
            .build();
    assertEquals(
        new AllocatorStats(
            4096,
            4,
            175,
            320,
            2176,
            1024,
            List.of(
                new SizeClass(64, 3, 0),
                new SizeClass(128, 1, 1),
                new SizeClass(1024, 0, 2),
                new SizeClass(2048, 0, 0)),
            List.of(new Use(1, 1, 10), new Use(3, 2, 164), new Use(Owner.IN_FLIGHT, 1, 1))),
        stats);
  }

  @Test
  void anEmptyPoolHasNothing() {
    assertEquals(
        new AllocatorStats(4096, 0, 0, 0, 0, 0, List.of(), List.of()),
        new StatsBuilder(GEOMETRY).build());
  }
}
