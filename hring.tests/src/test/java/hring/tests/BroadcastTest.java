package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.Delivery;
import hring.api.EvictedException;
import hring.api.Hring;
import hring.api.InvalidAddressException;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.spi.region.Region;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each receiver gets each message: what one process can show. */
@Timeout(60)
class BroadcastTest extends EachRingKind {
  private static final int POOL = 64 << 10;
  private static final int BATCH = 50;

  private static SenderBuilder ring(String name, String allocator) {
    return TestRings.ring(name).allocator(allocator).poolSize(POOL).delivery(Delivery.TO_EACH);
  }

  private static void poll(Receiver receiver, CheckedMessages messages) {
    while (receiver.poll((_, message) -> messages.received(message), 10) > 0) {
      // Until nothing is there.
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"slab", "buddy"})
  void eachReceiverGetsEachMessageFromItsAttachingOn(String allocator) {
    String name = TestRings.uniqueRing();
    CheckedMessages early = new CheckedMessages();
    CheckedMessages late = new CheckedMessages();
    try (Sender sender = ring(name, allocator).open();
        Region region = Region.attach(Slots.file(name), true)) {
      assertThat(CheckedMessages.send(sender, 0, 1000)).as("nobody is waited for").isZero();
      try (Receiver first = Hring.receiver(name).attach()) {
        for (int i = 1000; i < 5000; i += 50) {
          CheckedMessages.send(sender, i, i + 50);
          poll(first, early);
        }
        try (Receiver second = Hring.receiver(name).attach()) {
          for (int i = 5000; i < 9000; i += 50) {
            CheckedMessages.send(sender, i, i + 50);
            poll(first, early);
            poll(second, late);
          }
          assertThat(sender.awaitHandled(Duration.ZERO)).isTrue();
        }
      }
      sender.close();
      RegionAssertions.requirePristine(region);
    }
    assertThat(early.first()).isEqualTo(1000);
    assertThat(early.count()).isEqualTo(8000);
    assertThat(late.first()).isEqualTo(5000);
    assertThat(late.count()).isEqualTo(4000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"slab", "buddy"})
  void whatIsSentByCopyReachesEachInOrder(String allocator) {
    String name = TestRings.uniqueRing();
    List<Byte> first = new ArrayList<>();
    List<Byte> second = new ArrayList<>();
    try (Sender sender = ring(name, allocator).open();
        Receiver one = Hring.receiver(name).attach();
        Receiver other = Hring.receiver(name).attach()) {
      for (byte i = 0; i < 100; i++) {
        assertThat(sender.trySend(new byte[] {i, i, i})).isTrue();
      }
      while (one.poll((_, message) -> first.add(message.get(JAVA_BYTE, 2)), 10) > 0) {
        // Until nothing is there.
      }
      while (other.poll((_, message) -> second.add(message.get(JAVA_BYTE, 2)), 10) > 0) {
        // Until nothing is there.
      }
      assertThat(sender.awaitHandled(Duration.ZERO)).isTrue();
    }
    assertThat(first).hasSize(100).isSorted().isEqualTo(second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"slab", "buddy"})
  void aReceiverThatIsSlowMakesTheSenderWait(String allocator) {
    String name = TestRings.uniqueRing();
    CheckedMessages quick = new CheckedMessages();
    CheckedMessages slow = new CheckedMessages();
    try (Sender sender = ring(name, allocator).open();
        Receiver first = Hring.receiver(name).attach()) {
      long sent = 0;
      try (Receiver second = Hring.receiver(name).attach()) {
        while (CheckedMessages.tryQueue(sender, sent)) {
          sent++;
          sender.submit();
          poll(first, quick);
        }
        assertThat(quick.count()).isEqualTo(sent);
        assertThat(sender.awaitHandled(Duration.ZERO)).isFalse();
        second.poll((_, message) -> slow.received(message), 1);
        poll(second, slow);
        assertThat(slow.count()).isEqualTo(sent);
        assertThat(sender.awaitHandled(Duration.ZERO)).isTrue();
        while (CheckedMessages.tryQueue(sender, sent)) {
          sent++;
          sender.submit();
          poll(first, quick);
        }
      }
      // It has left: nobody waits for it.
      assertThat(CheckedMessages.tryQueue(sender, sent++)).isTrue();
      sender.submit();
      poll(first, quick);
      assertThat(quick.count()).isEqualTo(sent);
      assertThat(sender.awaitHandled(Duration.ZERO)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"slab", "buddy"})
  void whatIsTakenHoldsTheCursorBackUntilItIsFreed(String allocator) throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = ring(name, allocator).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      CheckedMessages messages = new CheckedMessages();
      CheckedMessages.send(sender, 0, 300);
      long[] taken = new long[300];
      int count = 0;
      for (int i = 0; i < taken.length; i++) {
        count = receiver.take(taken, count, taken.length);
      }
      assertThat(count).isEqualTo(300);
      for (long address : taken) {
        messages.received(receiver.segment(address));
      }
      // All but the first, in no order, one by another thread.
      Thread other = Thread.ofPlatform().start(() -> receiver.free(taken[7]));
      other.join();
      for (int i = 299; i > 0; i--) {
        if (i != 7) {
          receiver.free(taken[i]);
        }
      }
      assertThat(sender.awaitHandled(Duration.ZERO)).isFalse();
      assertThatThrownBy(() -> receiver.free(taken[7])).isInstanceOf(InvalidAddressException.class);
      assertThatThrownBy(() -> receiver.segment(taken[7]))
          .isInstanceOf(InvalidAddressException.class);
      assertThatThrownBy(() -> receiver.giveBack(taken[0]))
          .isInstanceOf(UnsupportedOperationException.class);
      receiver.free(taken[0]);
      assertThat(sender.awaitHandled(Duration.ZERO)).isTrue();
      assertThatThrownBy(() -> receiver.free(taken[0])).isInstanceOf(InvalidAddressException.class);
    }
  }

  /** A batch has more messages than a receiver may be behind, or they have more bytes. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoHandlesEachBatchBeforeTheNextIsNotEvicted(boolean byBytes) {
    String name = TestRings.uniqueRing();
    SenderBuilder ring = ring(name, "slab");
    try (Sender sender = (byBytes ? ring.evictBehindBytes(500) : ring.evictBehind(10)).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      CheckedMessages messages = new CheckedMessages();
      for (long sent = 0; sent < 1000; sent += BATCH) {
        submit(sender, sent);
        poll(receiver, messages);
      }
      assertThat(messages.count()).isEqualTo(1000);
      assertThat(sender.evictions()).isZero();
      submit(sender, 1000);
      assertThat(sender.evictions()).isZero();
      submit(sender, 1000 + BATCH);
      assertThat(sender.evictions()).isEqualTo(1);
      assertThatThrownBy(() -> poll(receiver, messages))
          .isInstanceOfSatisfying(EvictedException.class, messages::evicted);
      assertThat(messages.missed()).isEqualTo(2 * BATCH);
    }
  }

  private static void submit(Sender sender, long from) {
    for (long i = from; i < from + BATCH; i++) {
      assertThat(CheckedMessages.tryQueue(sender, i)).isTrue();
    }
    sender.submit();
  }

  @ParameterizedTest
  @ValueSource(strings = {"slab", "buddy"})
  void whatAnEvictedReceiverHoldsIsLeftAlone(String allocator) {
    String name = TestRings.uniqueRing();
    try (Sender sender = ring(name, allocator).evictBehind(100).open();
        Region region = Region.attach(Slots.file(name), true);
        Receiver receiver = Hring.receiver(name).attach();
        Receiver other = Hring.receiver(name).attach()) {
      CheckedMessages messages = new CheckedMessages();
      CheckedMessages.send(sender, 0, 20);
      List<Long> taken = new ArrayList<>(List.of(receiver.take(), receiver.take()));
      List<Long> othersTaken = new ArrayList<>(List.of(other.take()));
      assertThat(CheckedMessages.send(sender, 20, 20_000)).as("nobody is waited for").isZero();
      assertThat(sender.evictions()).isEqualTo(2);
      assertThat(sender.awaitHandled(Duration.ZERO))
          .as("what they hold is not waited for")
          .isTrue();
      takeTheRest(receiver, taken);
      takeTheRest(other, othersTaken);
      // The runs of both overlap.
      othersTaken.forEach(other::free);
      CheckedMessages.send(sender, 20_000, 30_000);
      taken.forEach(address -> messages.received(receiver.segment(address)));
      taken.forEach(receiver::free);
      assertThatThrownBy(receiver::take)
          .isInstanceOfSatisfying(EvictedException.class, messages::evicted);
      assertThat(messages.missed()).isEqualTo(30_000 - taken.size());
      assertThat(receiver.take()).isEqualTo(Address.NULL);
      CheckedMessages.send(sender, 30_000, 30_100);
      poll(receiver, messages);
      assertThat(messages.count() + messages.missed()).isEqualTo(30_100);
      assertThatThrownBy(other::take).isInstanceOf(EvictedException.class);
      assertThat(sender.awaitHandled(Duration.ZERO)).isTrue();
      sender.close();
      RegionAssertions.requirePristine(region);
    }
  }

  /** Takes what was claimed before it was evicted; then it is told to free first. */
  private static void takeTheRest(Receiver receiver, List<Long> taken) {
    assertThatThrownBy(
            () -> {
              for (long next; (next = receiver.take()) != Address.NULL; ) {
                taken.add(next);
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("free what was taken");
    assertThat(taken).hasSizeLessThan(20);
  }
}
