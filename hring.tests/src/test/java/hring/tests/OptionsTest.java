package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.RingInfo;
import hring.api.Sender;
import hring.api.WaitStrategy;
import hring.testkit.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options of allocators and transports: whoever attaches gets those that the sender chose. */
@Timeout(60)
class OptionsTest {
  private final String name = TestRings.uniqueRing();

  @ParameterizedTest
  @ValueSource(strings = {"roomy", "roomy?extra=8192", "roomy?extra=100000"})
  void receiversUseTheAllocatorOptionsOfTheSender(String allocator) throws Exception {
    try (Sender sender = TestRings.ring(name).allocator(allocator).open();
        ChildJvm receiver =
            ChildJvm.start(
                SequenceMessages.Receive.class, name, WaitStrategy.SPIN_THEN_PARK, "sum")) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      SequenceMessages.send(sender, 0, 1000);
      // Observers attach to the allocator, too.
      assertThat(Hring.rings().stream().filter(ring -> ring.name().equals(name)))
          .singleElement()
          .extracting(ring -> ring.details().flatMap(RingInfo.Details::use))
          .matches(use -> use.isPresent());
      sender.close();
      assertThat(receiver.finish()).isEqualTo("1000 499500 SENDER_CLOSED");
    }
  }

  @Test
  void bothEndsGetTheTransportOptions() {
    LabelledProvider.DONE.clear();
    try (Sender _ = Hring.sender(name).transport("labelled?label=a=b c").open();
        Receiver _ = Hring.receiver(name).attach()) {
      assertThat(LabelledProvider.DONE).isEqualTo(List.of("plan a=b c", "attach a=b c"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "roomy?extra=-1 | option extra=-1: it must be a whole number from 0 to 1048576",
        "roomy?more=1 | option more=1: there is no such option; there are extra",
        "roomy?extra=1&extra=2 | option extra is given twice: extra=1 and extra=2",
        "roomy?extra | 'extra' is no option: write key=value",
        "slab?extra=1 | allocator slab has no options; given were 'extra=1'",
        "buddy?extra=1 | allocator buddy has no options; given were 'extra=1'"
      })
  void wrongOptionsOfAnAllocatorAreNamed(String allocator, String sentence) throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TestRings.ring(name).allocator(allocator).open())
        .withMessageStartingWith(sentence);
    assertThat(Opening.left(name)).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "labelled?labl=1 | option labl=1: there is no such option; there are label",
        "shm?label=1 | transport shm has no options; given were 'label=1'",
        "uring?label=1 | transport uring has no options; given were 'label=1'"
      })
  void wrongOptionsOfATransportAreNamed(String transport, String sentence) throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hring.sender(name).transport(transport).open())
        .withMessage(sentence);
    assertThat(Opening.left(name)).isEqualTo("[]");
  }
}
