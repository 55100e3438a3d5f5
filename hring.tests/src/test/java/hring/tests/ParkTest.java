package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.WaitStrategy;
import hring.testkit.ChildJvm;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParkTest extends EachTransport {
  private static final long IDLE_MILLIS = 2000;
  private static final String WAITING = "waiting";

  @Test
  void aParkedReceiverUsesNoProcessorAndIsWoken() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).open();
        ChildJvm child = ChildJvm.start(Sleeper.class, name)) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      SequenceMessages.send(sender, 0, 1);
      child.awaitOutput(WAITING);
      Thread.sleep(IDLE_MILLIS);
      SequenceMessages.send(sender, 1, 2);
      String[] printed = child.finish().lines().toList().getLast().split(" ");
      long waitedMillis = Long.parseLong(printed[0]);
      long cpuMillis = Long.parseLong(printed[1]);
      assertThat(waitedMillis).isGreaterThanOrEqualTo(IDLE_MILLIS - 1);
      // Ten looks a second whether the sender lives, each some microseconds.
      assertThat(cpuMillis)
          .as("processor time of the waiting thread")
          .isLessThan(waitedMillis / 50);
    }
  }

  /**
   * Takes a first message; then waits for the second, and prints how long, and how much processor
   * time that took.
   */
  static final class Sleeper {
    public static void main(String[] args) {
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      try (Receiver receiver =
          Hring.receiver(args[0])
              .waitFor(TestRings.PATIENCE)
              .waitStrategy(WaitStrategy.PARK)
              .attach()) {
        // The first message and the first wait load classes.
        receiver.free(receiver.take(TestRings.PATIENCE));
        receiver.take(Duration.ofMillis(50));
        long start = System.nanoTime();
        System.out.println(WAITING);
        long cpu = threads.getCurrentThreadCpuTime();
        long address = receiver.take(TestRings.PATIENCE);
        long cpuUsed = threads.getCurrentThreadCpuTime() - cpu;
        long waited = System.nanoTime() - start;
        if (address == Address.NULL) {
          throw new AssertionError("no message came");
        }
        receiver.free(address);
        System.out.println(
            TimeUnit.NANOSECONDS.toMillis(waited) + " " + TimeUnit.NANOSECONDS.toMillis(cpuUsed));
      }
    }
  }
}
