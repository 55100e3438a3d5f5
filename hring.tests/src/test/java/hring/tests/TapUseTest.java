package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Delivery;
import hring.api.Hring;
import hring.api.RegionException;
import hring.api.RingInfo;
import hring.api.Sender;
import hring.api.StreamState;
import hring.api.Tap;
import hring.api.TransportException;
import hring.testkit.ChildJvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tap disturbs nobody and costs next to nothing; what it cannot do it refuses. */
@Timeout(60)
class TapUseTest {
  private static final long SETTLING_MILLIS = 800;
  private static final long IDLE_MILLIS = 400;

  /** Others may empty the caches between any two looks, which then take several times as long. */
  private static final int WINDOWS = 4;

  /** Half a percent. */
  private static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS) / 200;

  private final String name = TestRings.uniqueRing();
  private final List<Long> shown = new ArrayList<>();

  private void look(Tap tap) {
    while (tap.poll(message -> shown.add(message.get(JAVA_LONG, 0)), 4) > 0) {
      // Until nothing is there.
    }
  }

  /** In a directory of its own: whoever opens a ring sweeps what is stale there. */
  @Test
  void nobodySeesATapAndItsFileIsSweptUnderIt() throws Exception {
    Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "hring-tap-");
    try (ChildJvm sender = ChildJvm.start(Sending.class, name, directory)) {
      sender.awaitOutput("sent");
      try (Tap tap = Hring.tap(name).directory(directory).open()) {
        RingInfo ring = Hring.rings(directory).getFirst();
        assertThat(ring.details().orElseThrow().receivers()).isZero();
        assertThat(ring.details().orElseThrow().participants()).hasSize(1);
        assertThat(tap.poll(_ -> {}, 5)).isEqualTo(5);
        sender.kill();
        assertThat(Hring.removeStale(directory, name)).containsExactly(ring.file());
        look(tap);
        assertThat(shown).containsExactly(5L, 6L, 7L, 8L, 9L);
        assertThat(tap.state()).isEqualTo(StreamState.SENDER_DIED);
        assertThat(tap.lastEnd()).isPresent();
      }
    } finally {
      try (Stream<Path> left = Files.list(directory)) {
        for (Path file : left.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  /** Sends ten messages, and waits to be killed. */
  static final class Sending {
    /** Arguments: the name of the ring, and the directory. */
    public static void main(String[] args) throws InterruptedException {
      try (Sender sender = TestRings.ring(args[0]).directory(Path.of(args[1])).open()) {
        SequenceMessages.send(sender, 0, 10);
        System.out.println("sent");
        Thread.sleep(TestRings.PATIENCE.toMillis());
      }
    }
  }

  @Test
  void truncationIsAnException() throws IOException {
    try (Sender sender = TestRings.ring(name).open();
        Tap tap = Hring.tap(name).open()) {
      SequenceMessages.send(sender, 0, 10);
      try (FileChannel channel = FileChannel.open(Slots.file(name), StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
      assertThatThrownBy(() -> look(tap))
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("truncated");
      assertThatThrownBy(sender::close).isInstanceOf(RegionException.class);
    }
  }

  @Test
  void waitingForAnIdleRingTakesNextToNothing() throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    try (Sender _ = TestRings.ring(name).delivery(Delivery.TO_EACH).open();
        Tap tap = Hring.tap(name).open()) {
      // Until it has come to its longest sleeps.
      tap.await(Duration.ofMillis(SETTLING_MILLIS));
      long least = Long.MAX_VALUE;
      for (int i = 0; i < WINDOWS && least >= LIMIT_NANOS; i++) {
        long before = threads.getCurrentThreadCpuTime();
        assertThat(tap.await(Duration.ofMillis(IDLE_MILLIS))).isFalse();
        least = Math.min(least, threads.getCurrentThreadCpuTime() - before);
      }
      assertThat(least).as("ns in " + IDLE_MILLIS + " ms").isLessThan(LIMIT_NANOS);
    }
  }

  @Test
  void aRingInTheKernelIsRefused() {
    try (Sender _ = RingKind.URING_IN_KERNEL.of(TestRings.ring(name)).open()) {
      assertThatThrownBy(() -> Hring.tap(name).open())
          .isInstanceOf(TransportException.class)
          .hasMessageContaining("IN_REGION");
    }
  }

  @Test
  void misuseIsRefused() throws Exception {
    try (Sender sender = TestRings.ring(name).open()) {
      SequenceMessages.send(sender, 0, 1);
      Tap tap = Hring.tap(name).open();
      assertThatThrownBy(() -> tap.poll(_ -> tap.close(), 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("handler");
      assertThatThrownBy(() -> tap.poll(_ -> {}, 0)).isInstanceOf(IllegalArgumentException.class);
      CompletableFuture.runAsync(
              () -> assertThatThrownBy(tap::state).isInstanceOf(WrongThreadException.class))
          .get(30, TimeUnit.SECONDS);
      tap.close();
      tap.close();
      assertThatThrownBy(tap::missed)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }
}
