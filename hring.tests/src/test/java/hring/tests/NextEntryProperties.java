package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.WaitStrategy;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The entry of the ring at which receivers wait for the next message, in rings of any size. */
class NextEntryProperties {
  /**
   * What is sent is received, in order, and then nothing is there: in rings of every small size,
   * from every entry on, and also if the ring is full up to its last entry.
   */
  @Property(tries = 400)
  void exactlyTheSentMessagesAreReceived(
      @ForAll @IntRange(max = 3) int submissionBits,
      @ForAll @IntRange(max = 2) int moreCompletionBits,
      @ForAll RingKind kind,
      @ForAll @Size(max = 60) List<@IntRange(max = 16) Integer> counts) {
    int submissions = 1 << submissionBits;
    String name = TestRings.uniqueRing();
    try (Sender sender =
            kind.of(TestRings.ring(name))
                .ringEntries(submissions, submissions << moreCompletionBits)
                .maxBatch(1)
                .open();
        Receiver receiver =
            Hring.receiver(name).waitStrategy(WaitStrategy.SPIN_THEN_PARK).attach()) {
      long sent = 0;
      long received = 0;
      boolean sends = true;
      for (int count : counts) {
        if (sends) {
          for (int i = 0; i < count && SequenceMessages.tryQueue(sender, sent); i++) {
            sent++;
          }
          sender.submit();
          assertThat(sent - received).as("in flight").isGreaterThan(count == 0 ? -1 : 0);
        } else {
          for (int i = 0; i < count && received < sent; i++) {
            assertThat(receiver.await(TestRings.PATIENCE)).isTrue();
            long address = receiver.take();
            assertThat(receiver.segment(address).get(JAVA_LONG, 0)).isEqualTo(received++);
            receiver.free(address);
          }
          if (received == sent) {
            assertThat(receiver.take()).isEqualTo(Address.NULL);
            assertThat(receiver.await(Duration.ofNanos(1))).isFalse();
          }
        }
        sends = !sends;
      }
    }
  }
}
