package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.DeathPolicy;
import hring.api.FailurePolicy;
import hring.api.Hring;
import hring.api.InvalidAddressException;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.StreamState;
import hring.api.spi.region.Region;
import hring.testkit.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What receivers claimed comes back when they close, fail, die, or say so; with or without a
 * sender.
 */
@Timeout(120)
class ReturnsTest extends EachKind {
  private static final int SENT = 1_000;
  private static final int RACES = 100;
  private static final int ALL = 10_000;
  private static final long WORK_NANOS = 500_000;
  private static final int TASKS = 300;
  private static final int TRIES = 8;
  private static final long SOON_MILLIS = 200;

  /** Three batches, as they are submitted: who claims whole ones gets two of them, or one. */
  private static final int FAIR = 3 * 64;

  @ParameterizedTest
  @EnumSource(DeathPolicy.class)
  void messagesNotHandedOutAreNotLostByClosing(DeathPolicy policy) {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).onReceiverDeath(policy).open();
        Region region = Region.attach(Slots.file(name), true);
        Receiver next = Hring.receiver(name).attach()) {
      int taken = 0;
      int sent = 0;
      try (Receiver first = Hring.receiver(name).attach()) {
        // How many a claim takes depends on how fast the last ones were handled.
        while (first.pending() == 0) {
          if (taken == sent) {
            sent += SENT;
            SequenceMessages.send(sender, taken, sent);
          }
          first.free(first.take());
          taken++;
        }
      }
      SequenceMessages.send(sender, sent, sent + 1);
      List<Long> received = new ArrayList<>();
      receive(next, received);
      assertThat(received)
          .containsExactlyElementsOf(LongStream.rangeClosed(taken, sent).boxed().toList());
      assertThat(sender.recovered().discarded()).isZero();
      assertThat(sender.recovered().redelivered()).isZero();
      sender.close();
      next.close();
      RegionAssertions.requirePristine(region);
    }
  }

  @ParameterizedTest
  @EnumSource(DeathPolicy.class)
  void messagesHandedOutAndNotFreedAreCountedByClosing(DeathPolicy policy) {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).onReceiverDeath(policy).open();
        Receiver next = Hring.receiver(name).attach()) {
      try (Receiver first = Hring.receiver(name).attach()) {
        SequenceMessages.send(sender, 0, 3);
        first.take();
        first.free(first.take());
        first.take();
      }
      List<Long> received = new ArrayList<>();
      receive(next, received);
      boolean again = policy == DeathPolicy.REDELIVER;
      assertThat(received).isEqualTo(again ? List.of(0L, 2L) : List.of());
      assertThat(sender.recovered().redelivered()).isEqualTo(again ? 2 : 0);
      assertThat(sender.recovered().discarded()).isEqualTo(again ? 0 : 2);
    }
  }

  @Test
  void aHandlerThatThrowsLosesNothingElse() {
    String name = TestRings.uniqueRing();
    List<Long> received = new ArrayList<>();
    try (Sender sender = TestRings.ring(name).open();
        Receiver next = Hring.receiver(name).attach()) {
      SequenceMessages.send(sender, 0, SENT);
      assertThatThrownBy(
              () -> {
                try (Receiver first = Hring.receiver(name).attach()) {
                  first.poll(
                      (_, payload) -> {
                        received.add(payload.get(JAVA_LONG, 0));
                        if (first.pending() > 0) {
                          throw new IllegalStateException("on purpose");
                        }
                      },
                      ALL);
                }
              })
          .hasMessage("on purpose");
      assertThat(received).hasSizeLessThan(SENT);
      receive(next, received);
      assertThat(received).containsExactlyElementsOf(LongStream.range(0, SENT).boxed().toList());
    }
  }

  @Test
  void aMessageWhoseHandlerThrowsGoesBackUntilItsLimit() {
    String name = TestRings.uniqueRing();
    List<Integer> deliveries = new ArrayList<>();
    List<Long> received = new ArrayList<>();
    try (Sender sender = TestRings.ring(name).deliveryLimit(3).open();
        Region region = Region.attach(Slots.file(name), true);
        Receiver receiver =
            Hring.receiver(name).onHandlerFailure(FailurePolicy.GIVE_BACK).attach()) {
      SequenceMessages.send(sender, 0, 10);
      while (received.size() < 9 || deliveries.size() < 3) {
        try {
          receiver.poll(
              (_, payload) -> {
                if (payload.get(JAVA_LONG, 0) == 5) {
                  deliveries.add(receiver.deliveries());
                  throw new IllegalStateException("poison");
                }
                received.add(payload.get(JAVA_LONG, 0));
              },
              ALL);
        } catch (IllegalStateException e) {
          assertThat(e).hasMessage("poison").hasNoSuppressedExceptions();
        }
      }
      assertThat(receiver.poll((_, _) -> {}, ALL)).isZero();
      assertThat(deliveries).containsExactly(0, 1, 2);
      assertThat(received).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 6L, 7L, 8L, 9L);
      assertThat(sender.recovered().discarded()).isEqualTo(1);
      assertThat(sender.recovered().redelivered()).isEqualTo(2);
      sender.close();
      receiver.close();
      RegionAssertions.requirePristine(region);
    }
  }

  @Test
  void aMessageThatIsGivenBackGoesToAnother() {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).open();
        Receiver first = Hring.receiver(name).attach();
        Receiver next = Hring.receiver(name).attach()) {
      SequenceMessages.send(sender, 0, 3);
      long address = first.take();
      assertThat(first.giveBack(address)).isTrue();
      assertThatThrownBy(() -> first.free(address)).isInstanceOf(InvalidAddressException.class);
      assertThatThrownBy(() -> first.giveBack(address)).isInstanceOf(InvalidAddressException.class);
      List<Long> received = new ArrayList<>();
      next.poll(
          (a, payload) -> {
            received.add(payload.get(JAVA_LONG, 0));
            assertThat(next.deliveries()).isEqualTo(received.size() == 1 ? 1 : 0);
            if (payload.get(JAVA_LONG, 0) == 2) {
              next.giveBack(a);
            }
          },
          3);
      assertThat(received).containsExactly(0L, 1L, 2L);
      long again = first.take();
      assertThat(first.segment(again).get(JAVA_LONG, 0)).isEqualTo(2);
      assertThat(first.redelivered()).isTrue();
      first.free(again);
      assertThat(first.take()).isEqualTo(Address.NULL);
    }
  }

  /** A sleeper is woken for what came back; a sender that never calls anything is not needed. */
  @Test
  void aSleepingReceiverIsWokenForAReturnedMessage() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).onReceiverDeath(DeathPolicy.REDELIVER).open();
        ChildJvm child = ChildJvm.start(ReceiverToKill.class, name, "holding")) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      SequenceMessages.send(sender, 0, 10);
      child.awaitOutput(ReceiverToKill.READY);
      try (Receiver next = Hring.receiver(name).attach()) {
        child.kill();
        // The sender's thread is this one: it does nothing.
        assertThat(next.await(TestRings.PATIENCE)).isTrue();
        List<Long> received = new ArrayList<>();
        while (received.size() < 9) {
          next.await(TestRings.PATIENCE);
          receive(next, received);
        }
        assertThat(received).containsExactlyInAnyOrder(0L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
      }
    }
  }

  /** Nobody but the receiver that polls or waits is left to find it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoPollsOrWaitsFindsItSoonAfterADeath(boolean waits) {
    long best = Long.MAX_VALUE;
    // The machine may be busy: once in a few times must do.
    for (int i = 0; i < TRIES && best > SOON_MILLIS; i++) {
      String name = TestRings.uniqueRing();
      Sender sender = TestRings.ring(name).maxBatch(1).open();
      try (sender;
          BareReceiver dying = new BareReceiver(Slots.file(name));
          Receiver next = Hring.receiver(name).attach()) {
        SequenceMessages.send(sender, 0, 1);
        sender.close();
        dying.claim(1, 0);
        dying.die();
        long died = System.nanoTime();
        while (next.poll((_, _) -> {}, 1) == 0) {
          assertThat(System.nanoTime() - died).isLessThan(TestRings.PATIENCE.toNanos());
          if (waits) {
            next.await(TestRings.PATIENCE);
          }
        }
        best = Math.min(best, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - died));
      }
    }
    assertThat(best).isLessThanOrEqualTo(SOON_MILLIS);
  }

  /** The ring is over only when nothing can come back, not even what another one just reclaims. */
  @Test
  void whatAnotherReclaimsAtThatMomentIsNotOverlooked() throws Exception {
    for (int round = 0; round < RACES; round++) {
      String name = TestRings.uniqueRing();
      Sender sender = TestRings.ring(name).onReceiverDeath(DeathPolicy.REDELIVER).open();
      try (sender;
          BareReceiver reclaiming = new BareReceiver(Slots.file(name));
          BareReceiver dying = new BareReceiver(Slots.file(name));
          Receiver next = Hring.receiver(name).attach()) {
        SequenceMessages.send(sender, 0, 1);
        sender.close();
        dying.claim(1, 1);
        dying.die();
        AtomicBoolean begun = new AtomicBoolean();
        CompletableFuture<Void> other =
            CompletableFuture.runAsync(
                () -> {
                  begun.set(true);
                  reclaiming.recovery.lookAround();
                });
        while (!begun.get()) {
          Thread.onSpinWait();
        }
        List<Long> received = new ArrayList<>();
        while (next.state() == StreamState.OPEN) {
          receive(next, received);
        }
        other.get(60, TimeUnit.SECONDS);
        assertThat(received).as("in round %d", round).containsExactly(0L);
      }
    }
  }

  /** A sender that closes, or is killed, right after it submitted, with a receiver dead by then. */
  @Test
  void messagesComeBackWithoutASender() throws Exception {
    for (boolean killed : some(true, false)) {
      messagesComeBackWithoutASender(killed);
    }
  }

  private static void messagesComeBackWithoutASender(boolean killed) throws Exception {
    String name = TestRings.uniqueRing();
    try (ChildJvm sender = ChildJvm.start(Submitting.class, name, killed ? "hang" : "close")) {
      try (Receiver next = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach();
          ChildJvm child = ChildJvm.start(ReceiverToKill.class, name, "holding")) {
        sender.awaitOutput(Submitting.READY);
        child.awaitOutput(ReceiverToKill.READY);
        if (killed) {
          sender.kill();
        } else {
          sender.finish();
        }
        child.kill();
        List<Long> received = new ArrayList<>();
        while (next.state() == StreamState.OPEN) {
          next.await(TestRings.PATIENCE);
          receive(next, received);
        }
        assertThat(received).containsExactlyInAnyOrder(0L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(next.state())
            .isEqualTo(killed ? StreamState.SENDER_DIED : StreamState.SENDER_CLOSED);
      }
    }
    // What a killed sender leaves goes when the name is opened again.
    TestRings.ring(name).open().close();
  }

  /** Each waits with a message until the other has one, too: who hoards waits in vain. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 256})
  void twoEqualReceiversShareTheMessages(int limit) throws Exception {
    String name = TestRings.uniqueRing();
    CountDownLatch sent = new CountDownLatch(1);
    try (Sender sender = TestRings.ring(name).open()) {
      List<CompletableFuture<Work>> workers = startTwo(name, limit, sent, TASKS);
      while (sender.receivers() < 2) {
        SequenceMessages.pause();
      }
      SequenceMessages.send(sender, 0, TASKS);
      sent.countDown();
      for (CompletableFuture<Work> worker : workers) {
        assertThat(worker.get(60, TimeUnit.SECONDS).handled()).isEqualTo(TASKS / 2);
      }
    }
  }

  /**
   * Handlers that take a while and wait for nobody, but with the first message, so that both begin
   * at once: who claims more than it can do gets more. Time inside the library counts as a worker's
   * own: one that is starved there looks like a slow one.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 256})
  void neitherOfTwoEqualWorkersGetsMuchMore(int limit) throws Exception {
    String name = TestRings.uniqueRing();
    CountDownLatch sent = new CountDownLatch(1);
    try (Sender sender = TestRings.ring(name).open()) {
      List<CompletableFuture<Work>> workers = startTwo(name, limit, sent, 1);
      assertThat(sender.awaitReceivers(2, TestRings.PATIENCE)).isTrue();
      SequenceMessages.send(sender, 0, FAIR);
      sent.countDown();
      assertThat(sender.awaitHandled(TestRings.PATIENCE)).isTrue();
      Work one = workers.get(0).get(60, TimeUnit.SECONDS);
      Work other = workers.get(1).get(60, TimeUnit.SECONDS);
      // On a busy machine one is held up more than the other: each should get what it can do.
      double share = other.nanosEach() / (one.nanosEach() + other.nanosEach());
      assertThat(one.handled() + other.handled()).isEqualTo(FAIR);
      assertThat(one.handled()).as("%s %s", one, other).isBetween(least(share), most(share));
    }
  }

  /**
   * Starts two workers.
   *
   * @param meetings with so many of its first messages each waits for the other to have one, too
   */
  private static List<CompletableFuture<Work>> startTwo(
      String name, int limit, CountDownLatch sent, int meetings) {
    CyclicBarrier both = new CyclicBarrier(2);
    List<CompletableFuture<Work>> workers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      CompletableFuture<Work> worker = new CompletableFuture<>();
      workers.add(worker);
      Thread.ofPlatform().start(() -> share(name, limit, sent, both, meetings, worker));
    }
    return workers;
  }

  private static void share(
      String name,
      int limit,
      CountDownLatch sent,
      CyclicBarrier both,
      int meetings,
      CompletableFuture<Work> worker) {
    try (Receiver receiver = Hring.receiver(name).attach()) {
      sent.await();
      worker.complete(work(receiver, limit, both, meetings));
    } catch (Throwable e) {
      worker.completeExceptionally(e);
    }
  }

  /**
   * What a worker has done.
   *
   * @param nanos from the last meeting to the end of the last message
   */
  private record Work(int handled, long nanos) {
    double nanosEach() {
      return (double) nanos / handled;
    }
  }

  private static int least(double share) {
    return (int) (FAIR * (share - 0.1));
  }

  private static int most(double share) {
    return (int) (FAIR * (share + 0.1));
  }

  /** Handles all there is, by poll with a limit, or by take if that is 0. */
  private static Work work(Receiver receiver, int limit, CyclicBarrier both, int meetings) {
    int[] handled = new int[1];
    long[] begun = new long[1];
    long[] nanos = new long[1];
    Runnable task =
        () -> {
          LockSupport.parkNanos(WORK_NANOS);
          if (handled[0]++ < meetings) {
            meet(both);
            begun[0] = System.nanoTime();
          }
          nanos[0] = System.nanoTime() - begun[0];
        };
    int last;
    do {
      if (limit > 0) {
        last = receiver.poll((_, _) -> task.run(), limit);
      } else {
        long address = receiver.take();
        last = address == Address.NULL ? 0 : 1;
        if (last > 0) {
          task.run();
          receiver.free(address);
        }
      }
    } while (last > 0);
    return new Work(handled[0], nanos[0]);
  }

  /** How long one waits for the other is not what its own work takes. */
  private static void meet(CyclicBarrier both) {
    try {
      both.await(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the other got none", e);
    }
  }

  @Test
  void pollClaimsNoMoreThanItIsAskedFor() {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).open();
        Receiver first = Hring.receiver(name).attach();
        Receiver second = Hring.receiver(name).attach()) {
      SequenceMessages.send(sender, 0, SENT);
      List<Long> received = new ArrayList<>();
      for (int i = 0; received.size() < SENT; i++) {
        Receiver receiver = i % 2 == 0 ? first : second;
        int limit = 1 + i % 40;
        receiver.poll((_, payload) -> received.add(payload.get(JAVA_LONG, 0)), limit);
        assertThat(receiver.pending()).isZero();
      }
      assertThat(received).containsExactlyElementsOf(LongStream.range(0, SENT).boxed().toList());
    }
  }

  private static void receive(Receiver receiver, List<Long> received) {
    while (receiver.poll((_, payload) -> received.add(payload.get(JAVA_LONG, 0)), ALL) > 0) {
      // Until nothing is there.
    }
  }

  /**
   * Sends ten messages once two receivers are there; then closes the ring, or waits to be killed.
   */
  static final class Submitting {
    static final String READY = "submitted";

    private Submitting() {}

    /** Arguments: name, "close" or "hang". */
    public static void main(String[] args) throws Exception {
      try (Sender sender = TestRings.ring(args[0]).onReceiverDeath(DeathPolicy.REDELIVER).open()) {
        while (sender.receivers() < 2) {
          Thread.sleep(1);
        }
        SequenceMessages.send(sender, 0, 10);
        System.out.println(READY);
        if (args[1].equals("hang") || !sender.awaitDrained(TestRings.PATIENCE)) {
          Thread.sleep(TestRings.PATIENCE.toMillis());
        }
      }
    }
  }
}
