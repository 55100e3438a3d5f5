package hring.uring;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import hring.api.Receiver;
import hring.testkit.ChildJvm;
import hring.tests.RingKind;
import hring.tests.SequenceMessages;
import hring.tests.TestRings;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sender that calls io_uring by liburing, or without it. */
@Timeout(120)
class UringCallsTest {
  private static final int COUNT = 20_000;

  @ParameterizedTest
  @CsvSource({
    "liburing,URING",
    "liburing,URING_IN_KERNEL",
    "syscall,URING",
    "syscall,URING_IN_KERNEL"
  })
  void everyMessageArrivesInOrder(String backend, RingKind kind) throws Exception {
    Assumptions.assumeTrue(
        backend.equals("syscall") || LiburingCalls.find().isPresent(),
        "NOT TESTED: the calls by liburing, because liburing.so.2 is not installed");
    String name = TestRings.uniqueRing();
    List<String> options =
        List.of(
            "-D" + SyscallBackend.PROPERTY + "=" + backend, "-D" + RingKind.PROPERTY + "=" + kind);
    try (ChildJvm sender =
            ChildJvm.start(
                List.of(), options, SequenceMessages.Send.class, name, COUNT, 1, "close");
        Receiver receiver = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach()) {
      List<Long> received = SequenceMessages.receiveAll(receiver);
      assertThat(received).containsExactlyElementsOf(() -> LongStream.range(0, COUNT).iterator());
      sender.finish();
    }
  }
}
