package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.DeathPolicy;
import hring.api.Hring;
import hring.api.InvalidAddressException;
import hring.api.ParticipantStats;
import hring.api.Receiver;
import hring.api.Sender;
import hring.testkit.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What participants count, and how a sender knows that all it sent was handled. */
@Timeout(120)
class HandledTest extends EachKind {
  private static final int ALL = 1_000;
  private static final int MOST_FREED = 100_000;
  private static final int TOGETHER = 64;
  private static final int ROUNDS = Integer.getInteger("hring.handled.rounds", 500);

  @Test
  void isHandledWhenTheLastIsFreed() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      assertThat(isHandled(sender)).isTrue();
      SequenceMessages.send(sender, 0, 5);
      assertThat(isHandled(sender)).isFalse();
      long[] taken = new long[5];
      for (int end = 0; end < 5; ) {
        end = receiver.take(taken, end, 5);
      }
      assertThat(sender.awaitDrained(Duration.ZERO)).isTrue();
      receiver.free(taken[3]);
      CompletableFuture.runAsync(() -> receiver.free(taken[1])).get(60, TimeUnit.SECONDS);
      // The last address is none: those before it are freed.
      assertThatThrownBy(() -> receiver.free(new long[] {taken[0], taken[4], taken[3]}, 0, 3))
          .isInstanceOf(InvalidAddressException.class);
      assertThat(isHandled(sender)).isFalse();
      CompletableFuture.runAsync(() -> receiver.free(taken, 2, 3)).get(60, TimeUnit.SECONDS);
      assertThat(isHandled(sender)).isTrue();

      SequenceMessages.send(sender, 0, ALL);
      while (receiver.poll((_, _) -> assertThat(isHandled(sender)).isFalse(), ALL) > 0) {
        // Until nothing is there.
      }
      assertThat(isHandled(sender)).isTrue();
    }
  }

  @Test
  void whatComesBackIsNotHandled() {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).onReceiverDeath(DeathPolicy.REDELIVER).open();
        Receiver next = Hring.receiver(name).attach()) {
      Receiver first = Hring.receiver(name).attach();
      SequenceMessages.send(sender, 0, 10);
      first.giveBack(first.take());
      assertThat(isHandled(sender)).isFalse();
      int more = freeUntilPending(sender, first, 2);
      first.take();
      first.close();
      assertThat(isHandled(sender)).isFalse();
      List<Long> received = new ArrayList<>();
      while (next.poll(
              (_, payload) -> {
                received.add(payload.get(JAVA_LONG, 0));
                assertThat(isHandled(sender)).isFalse();
              },
              1)
          > 0) {
        // Until nothing is there.
      }
      assertThat(received).hasSize(10 + more);
      assertThat(isHandled(sender)).isTrue();
    }
  }

  /**
   * Frees messages, and sends more, until so many are claimed that are not handed out: how many a
   * claim takes depends on how fast the last ones were handled, and on how many came together.
   *
   * @return how many more were sent than freed
   */
  private static int freeUntilPending(Sender sender, Receiver receiver, int pending) {
    int more = 0;
    for (int freed = 0; receiver.pending() < pending; freed++) {
      assertThat(freed).as("freed, and never %d claimed beside", pending).isLessThan(MOST_FREED);
      if (freed % TOGETHER == 0) {
        SequenceMessages.send(sender, 0, TOGETHER);
        more += TOGETHER;
      }
      receiver.free(receiver.take());
      more--;
    }
    return more;
  }

  /** Who takes the last of what another left need not look again. */
  @Test
  void whatWasLeftIsHandledWithItsLast() {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).open();
        Receiver next = Hring.receiver(name).attach()) {
      SequenceMessages.send(sender, 0, ALL);
      int left;
      try (Receiver first = Hring.receiver(name).attach()) {
        freeUntilPending(sender, first, 3);
        left = first.pending();
        first.poll((_, _) -> {}, 1);
        first.take();
        while (next.poll((_, _) -> {}, ALL) > 0) {
          // All that is left in the ring.
        }
      }
      for (int i = 2; i < left; i++) {
        assertThat(isHandled(sender)).isFalse();
        next.free(next.take());
      }
      assertThat(isHandled(sender)).isTrue();
    }
  }

  @Test
  void waitsForWhatADeadReceiverHad() throws Exception {
    for (DeathPolicy policy : policies()) {
      waitsForWhatADeadReceiverHad(policy);
    }
  }

  private static void waitsForWhatADeadReceiverHad(DeathPolicy policy) throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).onReceiverDeath(policy).open();
        ChildJvm doomed = ChildJvm.start(ReceiverToKill.class, name, "holding")) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      SequenceMessages.send(sender, 0, 10);
      doomed.awaitOutput(ReceiverToKill.READY);
      assertThat(isHandled(sender)).isFalse();
      doomed.kill();
      if (policy == DeathPolicy.REDELIVER) {
        assertThat(sender.awaitHandled(Duration.ofMillis(300))).isFalse();
        CompletableFuture<Integer> heir = CompletableFuture.supplyAsync(() -> receiveNine(name));
        assertThat(sender.awaitHandled(TestRings.PATIENCE)).isTrue();
        assertThat(heir.get(60, TimeUnit.SECONDS)).isEqualTo(9);
      } else {
        assertThat(sender.awaitHandled(TestRings.PATIENCE)).isTrue();
        assertThat(sender.recovered().discarded()).isEqualTo(9);
      }
    }
  }

  private static int receiveNine(String name) {
    try (Receiver receiver = Hring.receiver(name).attach()) {
      int handled = 0;
      while (handled < 9) {
        receiver.await(TestRings.PATIENCE);
        handled += receiver.poll((_, _) -> {}, ALL);
      }
      return handled;
    }
  }

  /** Messages go round among three: whoever looks at one after the other may miss them. */
  @Test
  void aMessageThatGoesRoundIsNotHandledBeforeItIsDiscarded() throws Exception {
    String name = TestRings.uniqueRing();
    AtomicBoolean over = new AtomicBoolean();
    List<CompletableFuture<Void>> receivers = new ArrayList<>();
    try (Sender sender = TestRings.ring(name).deliveryLimit(15).open()) {
      for (int i = 0; i < 3; i++) {
        receivers.add(CompletableFuture.runAsync(() -> passOn(name, over), task -> thread(task)));
      }
      assertThat(sender.awaitReceivers(3, TestRings.PATIENCE)).isTrue();
      // Where a message lies changes little of this.
      int rounds = RingKind.isChosenSmall() ? ROUNDS / 6 : ROUNDS;
      for (int i = 1; i <= rounds; i++) {
        SequenceMessages.send(sender, 0, 1);
        while (!isHandled(sender)) {
          SequenceMessages.pause();
        }
        assertThat(sender.recovered().discarded()).isEqualTo(i);
        assertThat(sender.recovered().redelivered()).isEqualTo(i * 14L);
      }
      over.set(true);
      for (CompletableFuture<Void> receiver : receivers) {
        receiver.get(60, TimeUnit.SECONDS);
      }
    } finally {
      over.set(true);
    }
  }

  private static void thread(Runnable task) {
    Thread.ofPlatform().daemon().start(task);
  }

  private static void passOn(String name, AtomicBoolean over) {
    try (Receiver receiver = Hring.receiver(name).attach()) {
      while (!over.get()) {
        long address = receiver.take();
        if (address != Address.NULL) {
          receiver.giveBack(address);
        }
      }
    }
  }

  @Test
  void eachParticipantCounts() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender =
            TestRings.ring(name).poolSize(64 << 10).onReceiverDeath(DeathPolicy.REDELIVER).open();
        Receiver next = Hring.receiver(name).attach()) {
      Receiver first = Hring.receiver(name).attach();
      SequenceMessages.send(sender, 0, 10);
      assertThat(next.await(TestRings.PATIENCE)).isTrue();
      first.free(first.take());
      long elsewhere = first.take();
      CompletableFuture.runAsync(() -> first.free(elsewhere)).get(60, TimeUnit.SECONDS);
      int taken = 2;
      long last;
      do {
        last = first.take();
        taken++;
      } while (first.pending() == 0 && taken < 9);
      first.giveBack(last);
      int left = first.pending();
      first.close();
      while (next.poll((_, _) -> {}, ALL) > 0) {
        // Until nothing is there.
      }
      do {
        // Time may be up before it waits, on a busy machine.
        assertThat(next.await(Duration.ofMillis(1))).isFalse();
      } while (stats(name).get(1).waits() == 0);
      while (sender.allocate(1000) != Address.NULL) {
        // Until the pool is full.
      }
      List<ParticipantStats> stats = stats(name);
      assertThat(stats).extracting(ParticipantStats::number).containsExactly(1, 2, 3);
      assertThat(stats).extracting(ParticipantStats::attached).containsExactly(true, true, false);
      ParticipantStats sent = stats.get(0);
      assertThat(sent.messagesOut()).isEqualTo(10);
      assertThat(sent.bytesOut()).isEqualTo(10 * Long.BYTES);
      assertThat(sent.full()).isEqualTo(1);
      ParticipantStats one = stats.get(2);
      assertThat(one.pid()).isEqualTo(ProcessHandle.current().pid());
      assertThat(one.messagesIn()).isEqualTo(taken + left);
      assertThat(one.bytesIn()).isEqualTo((taken + left) * (long) Long.BYTES);
      assertThat(one.freed()).isEqualTo(2);
      assertThat(one.returned()).isEqualTo(taken - 2);
      ParticipantStats other = stats.get(1);
      assertThat(other.messagesIn()).isEqualTo(8);
      assertThat(other.freed()).isEqualTo(8);
      assertThat(other.redelivered()).isEqualTo(one.returned());
      assertThat(other.waits()).isEqualTo(1);

      // The next one has the place of the first, and its figures: but holds nothing.
      try (Receiver heir = Hring.receiver(name).attach()) {
        assertThat(isHandled(sender)).isTrue();
        assertThat(heir.take()).isEqualTo(Address.NULL);
        assertThat(stats(name).get(2).messagesIn()).isEqualTo(taken + left);
      }
    }
  }

  private static List<ParticipantStats> stats(String name) {
    return Hring.rings().stream()
        .filter(ring -> ring.name().equals(name))
        .flatMap(ring -> ring.details().stream())
        .findFirst()
        .orElseThrow()
        .participants();
  }

  private static boolean isHandled(Sender sender) {
    return sender.awaitHandled(Duration.ZERO);
  }
}
