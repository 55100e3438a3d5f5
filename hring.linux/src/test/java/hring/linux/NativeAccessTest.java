package hring.linux;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The JVM reports a fault of other memory in the next call of a native function, now and then. */
class NativeAccessTest {
  @Test
  void whatTheJvmReportsInACallIsPassedOnAsItIs() {
    for (Throwable reported :
        new Throwable[] {new InternalError("a fault"), new IllegalStateException("closed")}) {
      assertThatThrownBy(
              () -> {
                throw NativeAccess.failed(reported);
              })
          .isSameAs(reported);
    }
  }

  @Test
  void aCheckedExceptionIsABug() {
    IOException never = new IOException("never");
    assertThatThrownBy(
            () -> {
              throw NativeAccess.failed(never);
            })
        .isInstanceOf(AssertionError.class)
        .hasCause(never);
  }
}
