package hring.api.internal.tap;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Delivery;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.internal.Providers;
import hring.api.spi.alloc.ProviderOptions;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Entries;
import hring.tests.CheckedMessages;
import hring.tests.RingKind;
import hring.tests.Slots;
import hring.tests.TestRings;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything is overwritten while a tap is in the middle of reading one message: after it has read
 * whatever it needs of the ring, and before it copies the message.
 */
@Timeout(60)
class TapReaderTest {
  private static final int POOL = 64 << 10;

  /** What is in the ring when the tap begins. */
  private static final int FIRST = 20;

  /** How many of them are passed. */
  private static final int PASSED = 3;

  /** More than the pool has room for. */
  private static final int ALL = 1_200;

  /** What is left in the ring in the end. */
  private static final int LAST = 15;

  private long sent;

  static Stream<Arguments> combinations() {
    return Stream.of(RingKind.URING, RingKind.SHM, RingKind.URING_SMALL, RingKind.SHM_SMALL)
        .flatMap(
            kind ->
                Stream.of(Delivery.values())
                    .flatMap(
                        delivery ->
                            Stream.of(1, 8).map(batch -> Arguments.of(kind, delivery, batch))));
  }

  @AfterEach
  void chooseNone() {
    System.clearProperty(RingKind.PROPERTY);
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void whatIsOverwrittenInTheMiddleIsNotShown(RingKind kind, Delivery delivery, int maxBatch) {
    System.setProperty(RingKind.PROPERTY, kind.name());
    int step = 1;
    while (isInterrupted(delivery, maxBatch, step)) {
      step++;
    }
    assertThat(step).as("steps of reading a message").isGreaterThan(3);
  }

  /** Returns false if a message is read in fewer steps. */
  private boolean isInterrupted(Delivery delivery, int maxBatch, int step) {
    String name = TestRings.uniqueRing();
    CheckedMessages handled = new CheckedMessages();
    sent = 0;
    try (Sender sender =
            TestRings.ring(name).poolSize(POOL).delivery(delivery).maxBatch(maxBatch).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      send(sender, receiver, handled, FIRST);
      Region region = Region.attach(Slots.file(name), false);
      Interrupted entries =
          new Interrupted(
              Providers.transport(region.header().transport(), region.header().transportOptions())
                  .entries(region));
      try (TapReader tap = new TapReader(region, entries)) {
        boolean[] reached = {false};
        entries.left = step;
        entries.other =
            () -> {
              reached[0] = true;
              overwrite(sender, receiver, handled);
            };
        List<Long> shown = new ArrayList<>();
        for (MemorySegment copy = tap.next(); copy != null; copy = tap.next()) {
          if (shown.isEmpty() && !reached[0]) {
            return false;
          }
          shown.add(CheckedMessages.requireWhole(copy));
        }
        // Those that stand: the last ones, without a gap.
        assertThat(shown)
            .as("shown after step %s", step)
            .hasSizeGreaterThanOrEqualTo(LAST)
            .isEqualTo(LongStream.range(sent - shown.size(), sent).boxed().toList());
        if (delivery == Delivery.TO_ONE) {
          assertThat(shown).hasSizeLessThanOrEqualTo((int) (sent - handled.count()));
        }
        assertThat(tap.missed()).isEqualTo(sent - FIRST - shown.size());
        return true;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RingKind.class,
      names = {"URING", "SHM"})
  void whatAllHavePassedOfAListIsNotShown(RingKind kind) {
    System.setProperty(RingKind.PROPERTY, kind.name());
    for (int step = 1; step <= 3; step++) {
      String name = TestRings.uniqueRing();
      sent = 0;
      try (Sender sender = TestRings.ring(name).delivery(Delivery.TO_EACH).open();
          Receiver receiver = Hring.receiver(name).attach()) {
        send(sender, receiver, new CheckedMessages(), FIRST);
        Region region = Region.attach(Slots.file(name), false);
        Interrupted entries =
            new Interrupted(
                Providers.transport(kind.transport(), ProviderOptions.NONE).entries(region));
        try (TapReader tap = new TapReader(region, entries)) {
          entries.left = step;
          entries.other =
              () -> {
                assertThat(receiver.poll((_, _) -> {}, PASSED)).isEqualTo(PASSED);
                sender.awaitHandled(Duration.ZERO);
                scribble(sender);
              };
          List<Long> shown = new ArrayList<>();
          for (MemorySegment copy = tap.next(); copy != null; copy = tap.next()) {
            shown.add(CheckedMessages.requireWhole(copy));
          }
          assertThat(shown).isEqualTo(LongStream.range(PASSED, FIRST).boxed().toList());
        }
      }
    }
  }

  /** Overwrites all that the sender has free at hand. */
  private static void scribble(Sender sender) {
    long[] blocks = new long[PASSED * FIRST];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = sender.allocate(CheckedMessages.length(i % PASSED));
      sender.segment(blocks[i]).fill((byte) -1);
    }
    for (long block : blocks) {
      sender.free(block);
    }
  }

  private void overwrite(Sender sender, Receiver receiver, CheckedMessages handled) {
    send(sender, receiver, handled, ALL);
    poll(receiver, handled);
    // Over, where each gets all: what was passed is freed.
    sender.awaitHandled(TestRings.PATIENCE);
    send(sender, receiver, handled, ALL + LAST);
  }

  private void send(Sender sender, Receiver receiver, CheckedMessages handled, long to) {
    while (sent < to) {
      if (CheckedMessages.tryQueueOfKind(sender, sent)) {
        sent++;
      } else {
        sender.submit();
        poll(receiver, handled);
      }
    }
    sender.submit();
  }

  private static void poll(Receiver receiver, CheckedMessages handled) {
    while (receiver.poll((_, message) -> handled.received(message), 50) > 0) {
      // Until nothing is there.
    }
  }

  /** A ring, and something else that happens before or after one of the looks at it. */
  private static final class Interrupted implements Entries {
    private final Entries entries;
    private int left;
    private Runnable other = () -> {};

    Interrupted(Entries entries) {
      this.entries = entries;
    }

    private void step() {
      if (--left == 0) {
        other.run();
      }
    }

    @Override
    public int size() {
      return entries.size();
    }

    @Override
    public int postedBeyond(long count) {
      return postedBeyond(count, size());
    }

    @Override
    public int postedBeyond(long count, int most) {
      step();
      int posted = entries.postedBeyond(count, most);
      step();
      return posted;
    }

    @Override
    public long entry(long count) {
      step();
      long entry = entries.entry(count);
      step();
      return entry;
    }

    @Override
    public void read(long count, long[] into, int length) {
      entries.read(count, into, length);
    }
  }
}
