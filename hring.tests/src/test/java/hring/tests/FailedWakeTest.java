package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Delivery;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.TransportException;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A submit that posts all, and then fails to wake: what is posted counts as submitted. */
@Timeout(60)
class FailedWakeTest {
  private final String name = TestRings.uniqueRing();

  @AfterEach
  void wakeAgain() {
    UnwakingProvider.fails = false;
  }

  private static MemorySegment number(long number) {
    return MemorySegment.ofArray(new long[] {number});
  }

  private void sendInVain(Sender sender, long number) {
    UnwakingProvider.fails = true;
    assertThatThrownBy(() -> sender.trySend(number(number))).isInstanceOf(TransportException.class);
    wakeAgain();
  }

  private static List<Long> receive(Receiver receiver) {
    List<Long> received = new ArrayList<>();
    while (receiver.poll((_, message) -> received.add(message.get(JAVA_LONG, 0)), 10) > 0) {
      // Until nothing is there.
    }
    return received;
  }

  /** By an entry first, then by a frame of the piece that goes on. */
  @Test
  void aSmallMessageIsSubmittedOnce() {
    try (Sender sender = Hring.sender(name).transport(UnwakingProvider.NAME).open();
        Region region = Region.attach(Slots.file(name), true);
        Receiver receiver = Hring.receiver(name).attach()) {
      for (long i = 0; i < 4; i += 2) {
        sendInVain(sender, i);
        assertThat(sender.tryQueue(number(i + 1))).isTrue();
        assertThat(receive(receiver)).as("not what is queued").containsExactly(i);
        assertThat(sender.awaitHandled(Duration.ZERO)).isTrue();
        assertThat(region.participants().stats().getFirst().messagesOut()).isEqualTo(i + 1);
        sender.submit();
        assertThat(receive(receiver)).containsExactly(i + 1);
      }
    }
  }

  @Test
  void whoJoinsARingThatDeliversToEachBeginsBehindIt() {
    try (Sender sender =
            Hring.sender(name).transport(UnwakingProvider.NAME).delivery(Delivery.TO_EACH).open();
        Receiver first = Hring.receiver(name).attach()) {
      sendInVain(sender, 0);
      try (Receiver second = Hring.receiver(name).attach()) {
        assertThat(receive(second)).isEmpty();
        assertThat(receive(first)).containsExactly(0L);
        assertThat(sender.awaitHandled(Duration.ZERO)).isTrue();
        assertThat(sender.trySend(number(1))).isTrue();
        assertThat(receive(first)).containsExactly(1L);
        assertThat(receive(second)).containsExactly(1L);
      }
    }
  }
}
