package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Hring;
import hring.api.NameException;
import hring.api.Receiver;
import hring.api.RingInfo;
import hring.api.Sender;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import hring.testkit.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DeathTest extends EachRingKind {
  private static final int COUNT = 3000;

  @Test
  void messagesOfADeadSenderAreDeliveredAndItsNameIsFreeThen() throws Exception {
    String name = TestRings.uniqueRing();
    try (ChildJvm child = ChildJvm.start(SequenceMessages.Send.class, name, COUNT, 16, "hang")) {
      try (Receiver receiver =
          Hring.receiver(name)
              .waitFor(TestRings.PATIENCE)
              .waitStrategy(WaitStrategy.PARK)
              .attach()) {
        // Everything is submitted, and all but a few of it still in the ring, when it dies.
        child.awaitOutput("submitted");
        child.kill();
        assertThat(info(name).condition()).isEqualTo(RingInfo.Condition.STALE);
        List<Long> received = SequenceMessages.receiveAll(receiver);
        assertThat(received).hasSize(COUNT).isSorted();
        assertThat(receiver.state()).isEqualTo(StreamState.SENDER_DIED);
      }
      assertThatThrownBy(() -> Hring.receiver(name).attach())
          .isInstanceOf(NameException.class)
          .hasMessageContaining("is stale")
          .hasMessageContaining(Long.toString(child.pid()));
      try (Sender successor = TestRings.ring(name).open()) {
        assertThat(info(name).condition()).isEqualTo(RingInfo.Condition.ALIVE);
        assertThatThrownBy(() -> TestRings.ring(name).open())
            .isInstanceOf(NameException.class)
            .hasMessageContaining("is taken")
            .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
        assertThat(successor.receivers()).isZero();
      }
      assertThat(Hring.rings()).noneMatch(r -> r.name().equals(name));
    } finally {
      for (RingInfo left : Hring.rings()) {
        if (left.name().equals(name)) {
          java.nio.file.Files.deleteIfExists(left.file());
        }
      }
    }
  }

  private static RingInfo info(String name) {
    return Hring.rings().stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
  }
}
