package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.StreamState;
import hring.testkit.ChildJvm;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SIGTERM to an application that does as docs/reliability.md says. */
@Timeout(60)
class TerminationTest extends EachTransport {
  /** What a shell, too, says of a process that SIGTERM ended. */
  private static final int TERMINATED = 128 + 15;

  private static final Duration LONG = Duration.ofHours(1);

  private final String name = TestRings.uniqueRing();

  @Test
  void aTerminatedSenderSubmitsWhatItQueuedAndClosesTheRing() throws Exception {
    try (ChildJvm child = ChildJvm.start(TerminatedSender.class, name);
        Receiver receiver = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach()) {
      child.awaitOutput("waiting");
      assertThat(child.terminate()).isEqualTo(TERMINATED);
      assertThat(SequenceMessages.receiveAll(receiver)).isEqualTo(numbers(0, 5));
      assertThat(receiver.state()).isEqualTo(StreamState.SENDER_CLOSED);
    }
    assertThat(Hring.rings()).noneMatch(ring -> ring.name().equals(name));
  }

  @Test
  void aTerminatedReceiverFinishesItsHandlerAndLeaves() throws Exception {
    try (Sender sender = TestRings.ring(name).open();
        ChildJvm child = ChildJvm.start(TerminatedReceiver.class, name)) {
      SequenceMessages.send(sender, 0, 1);
      child.awaitOutput("begun");
      assertThat(child.terminate()).isEqualTo(TERMINATED);
      child.awaitEnd();
      assertThat(child.output()).contains("finished");
      assertThat(sender.receivers()).isZero();
      assertThat(sender.recovered().deaths()).as("deaths: it left in order").isZero();
    }
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  static final class TerminatedSender {
    public static void main(String[] args) {
      Sender sender = TestRings.ring(args[0]).open();
      Runtime.getRuntime().addShutdownHook(new Thread(sender::close));
      for (int i = 0; i < 5; i++) {
        if (!SequenceMessages.tryQueue(sender, i)) {
          throw new AssertionError("the ring is full");
        }
      }
      Thread owner = Thread.currentThread();
      Thread.ofPlatform().daemon().start(() -> sayThatItWaits(owner));
      sender.awaitReceivers(100, LONG);
    }

    /** Before, what it has queued would be lost: it has to answer whoever closes. */
    private static void sayThatItWaits(Thread owner) {
      Whereabouts.awaitIn(owner, "awaitReceivers");
      System.out.println("waiting");
    }
  }

  static final class TerminatedReceiver {
    public static void main(String[] args) {
      Receiver receiver = Hring.receiver(args[0]).waitFor(LONG).attach();
      Runtime.getRuntime().addShutdownHook(new Thread(receiver::close));
      while (receiver.await(LONG)) {
        receiver.poll(
            (address, payload) -> {
              System.out.println("begun");
              SequenceMessages.pauseAsleep(500);
              if (address == Address.NULL || payload.get(JAVA_LONG, 0) != 0) {
                throw new AssertionError("not the message that was sent");
              }
              System.out.println("finished");
            },
            1);
      }
    }
  }
}
