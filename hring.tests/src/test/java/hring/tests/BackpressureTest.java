package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.DeathPolicy;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.WaitStrategy;
import hring.api.internal.batch.BatchWriter;
import hring.testkit.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A pool that is full. There is no block for the list of a batch then: messages go as themselves, a
 * few at a time, so that receivers, which free, are not kept busy by them.
 */
@Timeout(120)
class BackpressureTest extends EachTransport {
  private static final int POOL = 64 << 10;
  private static final long COUNT = 100_000;
  private static final int ROUNDS = 700;

  private final long[] addresses = new long[POOL / Long.BYTES];
  private final List<Long> received = new ArrayList<>();
  private int filled;

  @ParameterizedTest
  @CsvSource({"slab,DISCARD", "slab,REDELIVER", "buddy,DISCARD", "buddy,REDELIVER"})
  void nothingIsLostWhenThePoolIsFullAgainAndAgain(String allocator, DeathPolicy policy)
      throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = open(name, allocator, policy);
        ChildJvm receiver =
            ChildJvm.start(SequenceMessages.Receive.class, name, WaitStrategy.PARK, "sum")) {
      assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
      assertThat(SequenceMessages.send(sender, 0, COUNT)).as("times without room").isPositive();
      sender.close();
      assertThat(receiver.finish())
          .isEqualTo(COUNT + " " + COUNT * (COUNT - 1) / 2 + " SENDER_CLOSED");
    }
  }

  @ParameterizedTest
  @CsvSource({"slab,DISCARD", "slab,REDELIVER", "buddy,DISCARD", "buddy,REDELIVER"})
  void withoutRoomForAListAFewMessagesGoAsSingles(String allocator, DeathPolicy policy) {
    String name = TestRings.uniqueRing();
    try (Sender sender = open(name, allocator, policy)) {
      fill(sender);
      for (int i = 0; i < BatchWriter.MAX_SINGLES / 2; i++) {
        assertThat(sender.tryQueue(addresses[i])).as("message %d", i).isTrue();
        sender.submit();
      }
      int queued = sender.tryQueue(addresses, BatchWriter.MAX_SINGLES / 2, filled);
      assertThat(queued).isGreaterThanOrEqualTo(BatchWriter.MAX_SINGLES).isLessThan(filled / 4);
      assertThat(sender.tryQueue(addresses, queued, filled)).isEqualTo(queued);
      assertThat(sender.tryQueue(addresses[queued])).isFalse();
      try (Receiver receiver = Hring.receiver(name).attach()) {
        // Nobody submitted the last of them: what makes the sender wait must be there to be taken.
        assertThat(poll(receiver)).isEqualTo(queued);
        while (queued < filled) {
          queued = sender.tryQueue(addresses, queued, filled);
          sender.submit();
          assertThat(poll(receiver)).isPositive();
        }
      }
      assertThat(received).containsExactlyElementsOf(() -> LongStream.range(0, filled).iterator());
    }
  }

  /** To search a full pool for the block of a list takes longer than to send a few singles. */
  @Test
  void aBlockForTheListIsNotAskedForEachTime() {
    String name = TestRings.uniqueRing();
    try (Sender sender = open(name, "counted", DeathPolicy.DISCARD);
        Receiver receiver = Hring.receiver(name).attach()) {
      fill(sender);
      CountedProvider.CALLS.clear();
      long start = System.nanoTime();
      sendToKeep(sender, receiver);
      long pauses = (System.nanoTime() - start) / BatchWriter.MAX_PAUSE_NANOS;
      // The first ones are shorter.
      assertThat((long) CountedProvider.CALLS.get("allocate")).isBetween(1L, pauses + 10);
    }
  }

  /** However often there was none, messages go in lists again soon after there is room. */
  @Test
  void listsComeBack() {
    String name = TestRings.uniqueRing();
    try (Sender sender = open(name, "slab", DeathPolicy.DISCARD);
        Receiver receiver = Hring.receiver(name).attach()) {
      fill(sender);
      sendToKeep(sender, receiver);
      receiver.free(addresses, 0, ROUNDS);
      long blocks = sender.poolUse().blocks();
      long start = System.nanoTime();
      while (System.nanoTime() - start <= BatchWriter.MAX_PAUSE_NANOS) {
        Thread.onSpinWait();
      }
      assertThat(sender.tryQueue(sender.allocate(Long.BYTES))).isTrue();
      sender.submit();
      poll(receiver);
      assertThat(sender.poolUse().blocks()).as("with that of a list").isEqualTo(blocks + 1);
    }
  }

  private void sendToKeep(Sender sender, Receiver receiver) {
    for (int i = 0; i < ROUNDS; i++) {
      assertThat(sender.tryQueue(addresses[i])).as("message %d", i).isTrue();
      sender.submit();
      assertThat(receiver.take()).isEqualTo(addresses[i]);
    }
  }

  /** Blocks that receivers keep do not hold the sender up: it goes on with what it has. */
  @ParameterizedTest
  @CsvSource({"slab,DISCARD", "buddy,REDELIVER"})
  void blocksHeldByReceiversDoNotBlockTheSender(String allocator, DeathPolicy policy) {
    String name = TestRings.uniqueRing();
    try (Sender sender = open(name, allocator, policy);
        Receiver receiver = Hring.receiver(name).attach()) {
      long before = sender.poolUse().blocks();
      fill(sender);
      List<Long> kept = new ArrayList<>();
      for (int queued = 0; queued < filled || kept.size() < filled; ) {
        int size = kept.size();
        queued = sender.tryQueue(addresses, queued, filled);
        sender.submit();
        for (long message; (message = receiver.take()) != Address.NULL; ) {
          kept.add(message);
        }
        assertThat(kept).hasSizeGreaterThan(size);
      }
      assertThat(kept)
          .containsExactlyElementsOf(() -> LongStream.of(addresses).limit(filled).iterator());
      assertThat(sender.allocate(Long.BYTES)).isEqualTo(Address.NULL);
      kept.forEach(receiver::free);
      assertThat(sender.poolUse().blocks()).isEqualTo(before);
    }
  }

  private static Sender open(String name, String allocator, DeathPolicy policy) {
    return TestRings.ring(name).allocator(allocator).onReceiverDeath(policy).poolSize(POOL).open();
  }

  private void fill(Sender sender) {
    filled = sender.allocate(Long.BYTES, addresses, 0, addresses.length);
    for (int i = 0; i < filled; i++) {
      sender.pool().set(JAVA_LONG, sender.offset(addresses[i]), i);
    }
  }

  private int poll(Receiver receiver) {
    return receiver.poll(
        address -> received.add(receiver.pool().get(JAVA_LONG, receiver.offset(address))), filled);
  }
}
