package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Delivery;
import hring.api.Sender;
import hring.api.SenderBuilder;
import hring.api.spi.region.Region;
import hring.testkit.ChildJvm;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each receiver gets each message: one publisher, and subscribers in processes of their own, of
 * which one is killed, one is stopped and goes on, and one attaches late.
 */
@Timeout(600)
class SubscribersTest extends EachTransport {
  /** Half of these are sent before somebody stops; 10 million are a good number for a long run. */
  private static final long COUNT = Long.getLong("hring.broadcast.messages", 100_000);

  private static final long LIMIT = 2_000;
  private static final Duration MOMENT = Duration.ofMillis(300);

  private static final Pattern RESULT =
      Pattern.compile(
          "got (\\d+) from (-?\\d+) to (\\d+), missed (\\d+) in (\\d+), sum (-?\\d+) (\\w+)");

  private static SenderBuilder ring(String name, String allocator) {
    return TestRings.ring(name).allocator(allocator).poolSize(512 << 10).delivery(Delivery.TO_EACH);
  }

  private static ChildJvm subscribe(String name) {
    return ChildJvm.start(CheckedMessages.Subscriber.class, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"slab", "buddy"})
  void allGetTheSameAndASlowOneMakesTheSenderWait(String allocator) throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = ring(name, allocator).open();
        Region region = Region.attach(Slots.file(name), true);
        ChildJvm steady = subscribe(name);
        ChildJvm stopped = subscribe(name);
        ChildJvm killed = subscribe(name)) {
      assertThat(sender.awaitReceivers(3, TestRings.PATIENCE)).isTrue();
      CheckedMessages.send(sender, 0, COUNT / 2);
      killed.kill();
      // So that there is room when one of them is stopped.
      assertThat(sender.awaitHandled(TestRings.PATIENCE)).isTrue();
      stopped.stop();
      long sent = fill(sender, COUNT / 2);
      assertThat(sent).isGreaterThan(COUNT / 2);
      assertThat(sender.awaitHandled(Duration.ZERO)).isFalse();
      stopped.resume();
      try (ChildJvm late = subscribe(name)) {
        late.awaitOutput("attached");
        assertThat(sender.receivers()).isEqualTo(3);
        long first = sent;
        CheckedMessages.send(sender, first, first + COUNT);
        assertThat(sender.awaitHandled(TestRings.PATIENCE)).isTrue();
        sender.close();
        Matcher all = result(steady);
        assertThat(all.group(1)).isEqualTo("" + (first + COUNT));
        assertThat(all.group(2)).isEqualTo("0");
        assertThat(all.group(7)).isEqualTo("SENDER_CLOSED");
        assertThat(result(stopped).group()).isEqualTo(all.group());
        Matcher rest = result(late);
        assertThat(rest.group(1)).isEqualTo("" + COUNT);
        assertThat(rest.group(2)).isEqualTo("" + first);
      }
      RegionAssertions.requirePristine(region);
    }
  }

  /** Sends until there is no room for a moment; returns the number of the next message. */
  private static long fill(Sender sender, long from) {
    long next = from;
    for (long full = System.nanoTime(); System.nanoTime() - full < MOMENT.toNanos(); ) {
      if (CheckedMessages.tryQueue(sender, next)) {
        next++;
        full = System.nanoTime();
      }
      sender.submit();
    }
    return next;
  }

  @ParameterizedTest
  @ValueSource(strings = {"slab", "buddy"})
  void aSlowOneIsEvictedAndLearnsWhatItMissed(String allocator) throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = ring(name, allocator).evictBehind(LIMIT).open();
        Region region = Region.attach(Slots.file(name), true);
        ChildJvm stopped = subscribe(name);
        ChildJvm killed = subscribe(name)) {
      assertThat(sender.awaitReceivers(2, TestRings.PATIENCE)).isTrue();
      CheckedMessages.send(sender, 0, LIMIT / 2);
      assertThat(sender.awaitHandled(TestRings.PATIENCE)).isTrue();
      stopped.stop();
      killed.stop();
      CheckedMessages.send(sender, LIMIT / 2, COUNT);
      // One may have gone on for an instant, and have joined again.
      assertThat(sender.evictions()).isGreaterThanOrEqualTo(2);
      killed.kill();
      stopped.resume();
      while (!sender.awaitHandled(Duration.ZERO) || sender.receivers() > 1) {
        SequenceMessages.pause();
      }
      CheckedMessages.send(sender, COUNT, COUNT + LIMIT / 2);
      assertThat(sender.awaitHandled(TestRings.PATIENCE)).isTrue();
      sender.close();
      Matcher result = result(stopped);
      assertThat(result.group(2)).isEqualTo("0");
      assertThat(result.group(3)).isEqualTo("" + (COUNT + LIMIT / 2));
      long got = Long.parseLong(result.group(1));
      long missed = Long.parseLong(result.group(4));
      assertThat(missed).isBetween(COUNT - 2 * LIMIT, COUNT);
      assertThat(got + missed).isEqualTo(COUNT + LIMIT / 2);
      RegionAssertions.requirePristine(region);
    }
  }

  private static Matcher result(ChildJvm subscriber) throws InterruptedException {
    String output = subscriber.finish(TestRings.PATIENCE.multipliedBy(4));
    Matcher result = RESULT.matcher(output);
    assertThat(result.find()).as(output).isTrue();
    return result;
  }
}
