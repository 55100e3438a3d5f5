package hring.alloc.slab;

import hring.testkit.Stepping;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Death and delay before each single access to shared memory, also of who repairs. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
final class CrashTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "killed",
        "reclaimer killed",
        "interrupted",
        "reclaimer interrupted",
        "killed within",
        "killed in turn",
        "killed with two threads",
        "reclaimed within",
        "an extent goes"
      })
  void atEachStep(String what) {
    Stepping.run(CrashScenes.class, what);
  }
}
