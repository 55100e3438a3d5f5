package hring.alloc.buddy;

import hring.testkit.Stepping;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Participant 1 is killed before each single access of an operation. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
final class CrashTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "killed",
        "killed, and its blocks transferred",
        "killed while it frees, and the entry is there again",
        "killed, and others go on",
        "reclaimer killed"
      })
  void aDeathAtAnyAccessIsRepaired(String what) {
    Stepping.run(CrashScenes.class, what);
  }
}
