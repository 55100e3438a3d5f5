package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.RegionException;
import hring.api.Sender;
import hring.api.WaitStrategy;
import java.lang.foreign.Arena;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The entry of the ring at which receivers wait for the next message. */
class NextEntryTest extends EachTransport {
  private static final int ENTRIES = 8;

  /** Receivers believe for some tens of times that nothing is there. */
  private static final int LOOKS = 1_000;

  @Test
  void theNextEntryIsBlank() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = open(name);
        Receiver receiver = attach(name);
        Arena arena = Arena.ofConfined()) {
      RegionCorruptor corruptor = RegionCorruptor.map(Slots.file(name), arena);
      for (int sent = 1; sent < 2 * ENTRIES; sent++) {
        queue(sender, sent);
        sender.submit();
        receiver.free(receiver.take());
        // In the first round all are; at the end of each the sender does not know which are free.
        if (sent % ENTRIES != 0) {
          assertThat(corruptor.ring().entry(sent)).as("after %d", sent).isZero();
        }
      }
    }
  }

  @Test
  @Timeout(60)
  void aHiddenEntryIsReported() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = open(name);
        Receiver receiver = attach(name);
        Arena arena = Arena.ofConfined()) {
      queue(sender, 0);
      sender.submit();
      RegionCorruptor.map(Slots.file(name), arena).ring().set(0, Address.NULL);
      assertThat(receiver.take()).isEqualTo(Address.NULL);
      assertThat(receiver.await(Duration.ZERO)).as("the tail says that there is one").isTrue();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < LOOKS; i++) {
                  receiver.take();
                }
              })
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("is not a message");
    }
  }

  private static Sender open(String name) {
    return TestRings.ring(name).ringEntries(ENTRIES / 2, ENTRIES).maxBatch(1).open();
  }

  private static Receiver attach(String name) {
    return Hring.receiver(name).waitStrategy(WaitStrategy.SPIN_THEN_PARK).attach();
  }

  private static void queue(Sender sender, long value) {
    assertThat(SequenceMessages.tryQueue(sender, value)).as("message %d", value).isTrue();
  }
}
