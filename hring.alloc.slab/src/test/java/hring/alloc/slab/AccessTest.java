package hring.alloc.slab;

import hring.testkit.Stepping;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many accesses to shared memory an operation makes, whatever the machine's speed. */
@Timeout(300)
final class AccessTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "fifo",
        "random",
        "fifo, another one frees",
        "random, another one frees",
        "neighbours from the second block of a word",
        "reclaim in a large pool",
        "fill a large pool",
        "a full pool",
        "an almost full pool",
        "a history"
      })
  void accesses(String what) {
    Stepping.run(AccessScenes.class, what);
  }
}
