package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.Hring;
import hring.api.InvalidAddressException;
import hring.api.MessageHandler;
import hring.api.Receiver;
import hring.api.RegionException;
import hring.api.Sender;
import hring.api.spi.alloc.BatchBit;
import hring.api.spi.alloc.Owner;
import hring.api.spi.region.PackLayout;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Packs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are sent by copy travel in packs, and do all that blocks do. */
@Timeout(60)
class SmallMessagesTest extends EachTransport {
  private static final int ALL = 10_000;

  /** How many packs there are beside a pool of 256 KiB. */
  private static final int PACKS = 4;

  /** Behind it the largest message has no room in a pack. */
  private static final int LAST_OF_PACK = PackLayout.UNITS - 2 * 65;

  private final String name = TestRings.uniqueRing();
  private final List<Long> received = new ArrayList<>();

  @Test
  void everySizeArrivesAsItIs() {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      List<byte[]> sent = new ArrayList<>();
      List<byte[]> came = new ArrayList<>();
      for (int size = 1; size <= 2 * PackLayout.MAX_SIZE; size += 1 + size / 64) {
        byte[] message = new byte[size];
        new Random(size).nextBytes(message);
        while (!sender.tryQueue(MemorySegment.ofArray(message))) {
          sender.submit();
          receiver.poll((_, payload) -> came.add(payload.toArray(JAVA_BYTE)), ALL);
        }
        sent.add(message);
      }
      sender.submit();
      while (receiver.poll((_, payload) -> came.add(payload.toArray(JAVA_BYTE)), ALL) > 0) {
        // Until nothing is there.
      }
      assertThat(came).hasSameSizeAs(sent);
      for (int i = 0; i < sent.size(); i++) {
        assertThat(came.get(i)).isEqualTo(sent.get(i));
      }
    }
  }

  /** Small ones, blocks, and claims that are given up, each submitted or not. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 1024})
  void theOrderOfBothKindsIsKept(int entries) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (Sender sender =
            TestRings.ring(name).ringEntries(entries, entries).poolSize(1 << 20).open();
        Region region = Region.attach(Slots.file(name), true);
        Receiver receiver = Hring.receiver(name).attach()) {
      long sent = 0;
      while (sent < 20_000) {
        boolean done =
            switch (random.nextInt(4)) {
              case 0 -> queueBlock(sender, sent);
              case 1 -> claimAndCommit(sender, sent);
              default -> sender.tryQueue(number(sent));
            };
        sent += done ? 1 : 0;
        if (!done || random.nextInt(10) == 0) {
          sender.submit();
          receive(receiver, 1 + random.nextInt(50));
        }
        if (random.nextInt(50) == 0) {
          sender.claim(1 + random.nextInt(PackLayout.MAX_SIZE));
        }
      }
      sender.submit();
      receive(receiver, ALL);
      assertThat(received)
          .as("seed %d", seed)
          .containsExactlyElementsOf(LongStream.range(0, sent).boxed().toList());
      assertThat(sender.awaitDrained(TestRings.PATIENCE)).isTrue();
      sender.close();
      receiver.close();
      RegionAssertions.requirePristine(region);
    }
  }

  private static boolean queueBlock(Sender sender, long number) {
    long address = sender.allocate(Long.BYTES);
    if (address == Address.NULL) {
      return false;
    }
    sender.segment(address).set(JAVA_LONG, 0, number);
    boolean queued = sender.tryQueue(address);
    if (!queued) {
      sender.free(address);
    }
    return queued;
  }

  private static boolean claimAndCommit(Sender sender, long number) {
    long offset = sender.claim(Long.BYTES);
    if (offset < 0) {
      return false;
    }
    sender.pool().set(JAVA_LONG, offset, number);
    sender.commit();
    return true;
  }

  private static MemorySegment number(long number) {
    return MemorySegment.ofArray(new long[] {number});
  }

  private void receive(Receiver receiver, int limit) {
    while (receiver.poll((_, payload) -> received.add(payload.get(JAVA_LONG, 0)), limit) > 0) {
      // Until nothing is there.
    }
  }

  @Test
  void onePollHandlesAllThatIsThere() {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      int sent = 0;
      while (sent < 500) {
        assertThat(sender.tryQueue(number(sent++))).isTrue();
        assertThat(queueBlock(sender, sent++)).isTrue();
        if (sent % 20 == 0) {
          sender.submit();
        }
      }
      sender.submit();
      assertThat(receiver.poll(_ -> {}, ALL)).isEqualTo(sent);
    }
  }

  /** A message that is kept keeps its pack, and holds up nothing. */
  @Test
  void whatIsKeptHoldsNobodyUp() {
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).open();
        Region region = Region.attach(Slots.file(name), true);
        Receiver receiver = Hring.receiver(name).attach()) {
      List<Long> kept = new ArrayList<>();
      long blocks = sender.poolUse().blocks();
      for (long i = 0; i < 5_000; i++) {
        while (!sender.trySend(number(i))) {
          throw new AssertionError("no room for " + i);
        }
        long address = receiver.take();
        assertThat(receiver.segment(address).get(JAVA_LONG, 0)).isEqualTo(i);
        if (i % 100 == 0) {
          kept.add(address);
        } else {
          receiver.free(address);
        }
      }
      assertThat(kept.stream().filter(BatchBit::isSet)).hasSizeGreaterThan(10);
      assertThat(kept.stream().filter(a -> !BatchBit.isSet(a))).as("as blocks").isNotEmpty();
      for (int i = 0; i < kept.size(); i++) {
        assertThat(receiver.segment(kept.get(i)).get(JAVA_LONG, 0)).isEqualTo(i * 100L);
        receiver.free(kept.get(i));
      }
      assertThat(sender.trySend(number(0))).isTrue();
      assertThat(receiver.take()).isNegative();
      assertThat(sender.poolUse().blocks()).isLessThanOrEqualTo(blocks + 1);
      sender.close();
      receiver.close();
      RegionAssertions.requirePristine(region);
    }
  }

  @Test
  void fullIsTemporary() {
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      for (int round = 0; round < 3; round++) {
        long sent = 0;
        while (sender.tryQueue(number(sent))) {
          sent++;
        }
        assertThat(sent).isGreaterThan(1_000);
        received.clear();
        receive(receiver, ALL);
        assertThat(received).containsExactlyElementsOf(LongStream.range(0, sent).boxed().toList());
      }
    }
  }

  @Test
  void whatWasFreedIsNotFreedAgain() throws Exception {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      for (long i = 0; i < 5; i++) {
        assertThat(sender.trySend(number(i))).isTrue();
      }
      long first = receiver.take();
      long second = receiver.take();
      long third = receiver.take();
      receiver.free(first);
      refused(() -> receiver.free(first));
      refused(() -> receiver.segment(first));
      refused(() -> receiver.giveBack(first));
      CompletableFuture.runAsync(() -> receiver.free(second)).get();
      refused(() -> receiver.free(second));
      refused(() -> receiver.free(third + 1));
      refused(() -> receiver.free(third ^ 1L << 32));
      refused(() -> receiver.free(BatchBit.set(Address.of(Address.MAX_OFFSET, 8))));
      refused(() -> receiver.free(Long.MIN_VALUE));
      refused(() -> receiver.free(-1));
      refused(() -> sender.free(third));
      refused(() -> sender.tryQueue(third));
      refused(() -> receiver.free(new long[] {third, third}, 0, 2));
      refused(() -> receiver.free(third));
      receive(receiver, ALL);
      assertThat(received).containsExactly(3L, 4L);
    }
  }

  private static void refused(Runnable misuse) {
    assertThatThrownBy(misuse::run).isInstanceOf(InvalidAddressException.class);
  }

  @Test
  void aHandlerMayDoAllWithItsMessage() {
    try (Sender sender = TestRings.ring(name).open();
        Region region = Region.attach(Slots.file(name), true);
        Receiver receiver = Hring.receiver(name).attach()) {
      for (long i = 0; i < 6; i++) {
        assertThat(sender.tryQueue(number(i))).isTrue();
      }
      sender.submit();
      List<Long> seen = new ArrayList<>();
      MessageHandler handler =
          (address, payload) -> {
            long number = payload.get(JAVA_LONG, 0);
            assertThat(receiver.deliveries()).isEqualTo(received.contains(number) ? 1 : 0);
            if (number == 1) {
              assertThat(receiver.segment(address).get(JAVA_LONG, 0)).isEqualTo(number);
            }
            if (number % 3 == 2 && !received.contains(number)) {
              assertThat(receiver.giveBack(address)).isTrue();
            }
            received.add(number);
            seen.add(address);
            refused(() -> receiver.free(address + 1));
          };
      while (receiver.poll(handler, ALL) > 0) {
        // Until nothing is there.
      }
      assertThat(received).hasSize(8).containsSubsequence(0L, 1L, 2L, 3L, 4L, 5L);
      assertThat(received).containsSubsequence(2L, 2L).containsSubsequence(5L, 5L);
      seen.forEach(address -> refused(() -> receiver.free(address)));
      sender.close();
      receiver.close();
      RegionAssertions.requirePristine(region);
    }
  }

  @Test
  void whoFreesInAHandlerIsTold() {
    try (Sender sender = TestRings.ring(name).open();
        Region region = Region.attach(Slots.file(name), true);
        Receiver receiver = Hring.receiver(name).attach()) {
      assertThat(sender.trySend("x".getBytes(StandardCharsets.UTF_8))).isTrue();
      assertThatThrownBy(() -> receiver.poll((address, _) -> receiver.free(address), 1))
          .isInstanceOf(InvalidAddressException.class);
      sender.close();
      receiver.close();
      RegionAssertions.requirePristine(region);
    }
  }

  @Test
  void aClaimIsCommittedOnce() {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      assertThatThrownBy(sender::commit).isInstanceOf(IllegalStateException.class);
      assertThat(claimAndCommit(sender, 7)).isTrue();
      assertThatThrownBy(sender::commit).isInstanceOf(IllegalStateException.class);
      assertThat(sender.claim(Long.BYTES)).isNotNegative();
      assertThat(queueBlock(sender, 8)).isTrue();
      assertThatThrownBy(sender::commit).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> sender.claim(0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> sender.claim(PackLayout.MAX_SIZE + 1))
          .isInstanceOf(IllegalArgumentException.class);
      sender.submit();
      receive(receiver, ALL);
      assertThat(received).containsExactly(7L, 8L);
    }
  }

  /** The sender learns that all is taken, though the last piece may go on. */
  @Test
  void drainedIsToldInTheMiddleOfAPiece() {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      for (long i = 0; i < 10; i++) {
        assertThat(sender.trySend(number(i))).isTrue();
        assertThat(sender.awaitDrained(Duration.ZERO)).isFalse();
        receive(receiver, ALL);
        assertThat(sender.awaitDrained(Duration.ZERO)).isTrue();
        assertThat(sender.tryQueue(number(++i))).isTrue();
        assertThat(sender.awaitDrained(Duration.ZERO)).as("what is queued is not asked").isTrue();
      }
    }
  }

  /** Receivers have taken all of a piece that may go on: they wait for what is queued behind it. */
  @Test
  void whereReceiversHaveNothingAFullPoolIsSubmitted() {
    try (Sender sender = TestRings.ring(name).poolSize(64 << 10).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      assertThat(sender.trySend(number(0))).isTrue();
      receive(receiver, ALL);
      long queued = 1;
      for (long a; (a = sender.allocate(4096)) != Address.NULL; queued++) {
        sender.segment(a).set(JAVA_LONG, 0, queued);
        assertThat(sender.tryQueue(a)).isTrue();
      }
      receive(receiver, ALL);
      assertThat(received).hasSizeGreaterThan(10).containsExactlyElementsOf(upTo(queued));
    }
  }

  /** The frame that ends the last piece of a pack is looked for until the cursor has passed it. */
  @Test
  void aPackIsNotFilledAnewWhileItsEndIsLookedFor() {
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      List<Long> kept = new ArrayList<>();
      int pack = 0;
      long sent = 0;
      while (pack < PACKS) {
        assertThat(sender.trySend(large(sent++))).isTrue();
        long address = receiver.take();
        if (packOf(address) == pack && pack < PACKS - 1) {
          kept.add(address);
          pack++;
        } else {
          receiver.free(address);
          pack = packOf(address) == PACKS - 1 && unitOf(address) > LAST_OF_PACK ? PACKS : pack;
        }
      }
      long first = sent;
      while (sent < first + 20) {
        if (sender.trySend(large(sent))) {
          sent++;
        } else {
          receive(receiver, ALL);
        }
      }
      receive(receiver, ALL);
      assertThat(received)
          .containsExactlyElementsOf(LongStream.range(first, sent).boxed().toList());
      kept.forEach(receiver::free);
    }
  }

  private static MemorySegment large(long number) {
    long[] words = new long[PackLayout.MAX_SIZE / Long.BYTES];
    words[0] = number;
    return MemorySegment.ofArray(words);
  }

  private static int packOf(long address) {
    return (int) (Address.granules(address) / PackLayout.UNITS);
  }

  private static int unitOf(long address) {
    return (int) (Address.granules(address) % PackLayout.UNITS);
  }

  /**
   * What lies from before in a pack, or where the sender puts its messages together, is no frame,
   * however much it looks like one of the pack that comes next, or that is filled anew next.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, PACKS})
  void bytesOfMessagesAreNotTakenForFrames(int later) {
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      for (int i = 0; i < PACKS * (PackLayout.UNITS / PackLayout.units(PackLayout.MAX_SIZE)); i++) {
        int serial = i / (PackLayout.UNITS / PackLayout.units(PackLayout.MAX_SIZE)) + 1;
        assertThat(sender.trySend(frames(PackLayout.MAX_SIZE, serial + later))).isTrue();
        receiver.free(receiver.take());
      }
      sendOneByOne(sender, receiver, 0, 600);
    }
  }

  @Test
  void whatWasGivenUpIsNotTakenForFrames() {
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      sendOneByOne(sender, receiver, 0, 1);
      for (int i = 1; i < 50; i++) {
        long offset = sender.claim(800);
        sender.pool().asSlice(offset, 800).copyFrom(frames(800, 1));
        boolean queued =
            switch (i % 3) {
              case 0 -> queueBlock(sender, i);
              case 1 -> claimAndCommit(sender, i);
              default -> sender.tryQueue(number(i));
            };
        assertThat(queued).isTrue();
        sender.submit();
        receive(receiver, ALL);
        assertThat(received).as("%d", i).hasSize(i + 1).endsWith((long) i);
        assertThat(receiver.take()).isEqualTo(Address.NULL);
      }
    }
  }

  @Test
  void aMessageThatCannotBeReadIsNotQueued() {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      MemorySegment closed;
      try (Arena arena = Arena.ofConfined()) {
        closed = arena.allocate(Long.BYTES, Long.BYTES);
      }
      for (long i = 0; i < 10; i++) {
        assertThat(sender.tryQueue(number(i))).isTrue();
        assertThatThrownBy(() -> sender.tryQueue(closed)).isInstanceOf(IllegalStateException.class);
      }
      sender.submit();
      receive(receiver, ALL);
      assertThat(received).containsExactlyElementsOf(upTo(10));
    }
  }

  private void sendOneByOne(Sender sender, Receiver receiver, long from, long to) {
    for (long i = from; i < to; i++) {
      assertThat(sender.trySend(number(i))).isTrue();
      receive(receiver, ALL);
      assertThat(received).as("%d", i).hasSize((int) i + 1).endsWith(i);
    }
  }

  private static MemorySegment frames(int size, long serial) {
    long[] words = new long[size / Long.BYTES];
    Arrays.fill(words, PackLayout.frame(Owner.IN_FLIGHT, 0, Long.BYTES, serial));
    return MemorySegment.ofArray(words);
  }

  /** A frame that reaches beyond its pack is told, and holds up nothing. */
  @Test
  void aLengthThatLiesIsSkipped() {
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).open();
        Region region = Region.attach(Slots.file(name), true);
        Receiver receiver = Hring.receiver(name).attach()) {
      long address = 0;
      while (unitOf(address) < PackLayout.UNITS - 10) {
        assertThat(sender.trySend(number(0))).isTrue();
        address = receiver.take();
        receiver.free(address);
      }
      assertThat(sender.trySend(number(1))).isTrue();
      Packs packs = new Packs(region);
      int next = (int) Packs.unit(address) + 1;
      // Behind the end of the piece, where there is one after each message.
      next += PackLayout.size(packs.frame(next)) == 0 ? 1 : 0;
      long serial = PackLayout.serial(packs.frame(next));
      packs.write(next, PackLayout.frame(Owner.IN_FLIGHT, 0, PackLayout.MAX_SIZE, serial));
      assertThat(receiver.await(TestRings.PATIENCE)).isTrue();
      assertThatThrownBy(() -> receive(receiver, ALL)).isInstanceOf(RegionException.class);
      for (long i = 0; i < 100; i++) {
        assertThat(sender.trySend(number(i))).isTrue();
      }
      receive(receiver, ALL);
      assertThat(received).endsWith(97L, 98L, 99L);
    }
  }

  /** Over some transports a piece goes on when receivers see it already. */
  @Test
  void whatIsNotSubmittedIsNotSeen() {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      for (long i = 0; i < 300; i += 3) {
        assertThat(sender.trySend(number(i))).isTrue();
        assertThat(sender.tryQueue(number(i + 1))).isTrue();
        assertThat(claimAndCommit(sender, i + 2)).isTrue();
        receive(receiver, ALL);
        assertThat(received).hasSize((int) i + 1);
        sender.submit();
        receive(receiver, ALL);
        assertThat(received).containsExactlyElementsOf(upTo(i + 3));
      }
    }
  }

  private static List<Long> upTo(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  /** Receivers keep some of each pack, and are not asked to take blocks one by one. */
  @Test
  void whereAllPacksAreKeptBlocksAreNotWaitedFor() {
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      List<Long> kept = new ArrayList<>();
      while (kept.stream().map(SmallMessagesTest::packOf).distinct().count() < PACKS) {
        assertThat(sender.trySend(large(0))).isTrue();
        kept.add(receiver.take());
      }
      while (kept.getLast() < 0) {
        assertThat(sender.trySend(large(0))).isTrue();
        kept.add(receiver.take());
      }
      for (long i = 0; i < 50; i++) {
        assertThat(sender.trySend(large(i))).as("%d", i).isTrue();
      }
      receive(receiver, ALL);
      assertThat(received).containsExactlyElementsOf(upTo(50));
      kept.forEach(receiver::free);
    }
  }

  /** Several threads free what the receiver took, while the sender fills what they freed. */
  @Test
  void workersFreeWhatOneTook() throws Exception {
    int workers = 3;
    BlockingQueue<Long> taken = new ArrayBlockingQueue<>(64);
    List<CompletableFuture<Integer>> freed = new ArrayList<>();
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      for (int i = 0; i < workers; i++) {
        freed.add(CompletableFuture.supplyAsync(() -> freeAll(receiver, taken)));
      }
      long next = 0;
      for (long i = 0; i < ALL; i++) {
        while (!sender.trySend(number(i))) {
          Thread.onSpinWait();
        }
        for (long a = receiver.take(); a != Address.NULL; a = receiver.take()) {
          assertThat(receiver.segment(a).get(JAVA_LONG, 0)).isEqualTo(next++);
          taken.put(a);
        }
      }
      for (int i = 0; i < workers; i++) {
        taken.put(Address.NULL);
      }
      int sum = 0;
      for (CompletableFuture<Integer> worker : freed) {
        sum += worker.get(60, TimeUnit.SECONDS);
      }
      assertThat(sum).isEqualTo(ALL);
      assertThat(sender.awaitHandled(Duration.ZERO)).isTrue();
    }
  }

  private static int freeAll(Receiver receiver, BlockingQueue<Long> taken) {
    try {
      int freed = 0;
      for (long a = taken.take(); a != Address.NULL; a = taken.take()) {
        receiver.free(a);
        freed++;
      }
      return freed;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
