package hring.alloc.buddy;

import hring.testkit.Stepping;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Participant 1 is stopped before each single access of an operation; meanwhile others act, from
 * beginning to end or until they are killed; then it goes on.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
final class InterleavingTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "another operation",
        "the death of another",
        "another operation during reclaim",
        "death and reclaim of another"
      })
  void whatComesBetweenAnyTwoAccessesKeepsThePoolSound(String what) {
    Stepping.run(InterleavingScenes.class, what);
  }
}
