package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Placement;
import hring.api.Receiver;
import hring.api.RegionException;
import hring.api.Sender;
import hring.api.WaitStrategy;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The entry of the ring at which receivers wait for the next message. */
class NextEntryTest {
  private static final int ENTRIES = 8;

  /** Receivers believe for some tens of times that nothing is there. */
  private static final int LOOKS = 1_000;

  /**
   * What is sent is received, in order, and then nothing is there: in rings of every small size,
   * from every entry on, and also if the ring is full up to its last entry.
   */
  @Property(tries = 400)
  void whatIsSentIsReceivedAndNothingElse(
      @ForAll @IntRange(max = 3) int submissionBits,
      @ForAll @IntRange(max = 2) int moreCompletionBits,
      @ForAll Placement placement,
      @ForAll @Size(max = 60) List<@IntRange(max = 2 * ENTRIES) Integer> counts) {
    int submissions = 1 << submissionBits;
    String name = Numbers.uniqueRing();
    try (Sender sender =
            Numbers.ring(name)
                .ringEntries(submissions, submissions << moreCompletionBits)
                .maxBatch(1)
                .placement(placement)
                .open();
        Receiver receiver = attach(name)) {
      long sent = 0;
      long received = 0;
      boolean sends = true;
      for (int count : counts) {
        if (sends) {
          for (int i = 0; i < count && tryQueue(sender, sent); i++) {
            sent++;
          }
          sender.submit();
          assertThat(sent - received).as("in flight").isGreaterThan(count == 0 ? -1 : 0);
        } else {
          for (int i = 0; i < count && received < sent; i++) {
            assertThat(receiver.await(Numbers.PATIENCE)).isTrue();
            long address = receiver.take();
            assertThat(receiver.segment(address).get(JAVA_LONG, 0)).isEqualTo(received++);
            receiver.free(address);
          }
          if (received == sent) {
            assertThat(receiver.take()).isEqualTo(Address.NULL);
            assertThat(receiver.await(Duration.ofNanos(1))).isFalse();
          }
        }
        sends = !sends;
      }
    }
  }

  /** Also where the ring's counts of 32 bits pass their ends, which takes it hours to reach. */
  @Property
  void whatIsBlankedIsFreeAndUpToTheEndOfALine(
      @ForAll @LongRange(max = 1L << 56) long entry,
      @ForAll @IntRange(max = 16) int completionBits,
      @ForAll @IntRange(max = 1 << 16) int inFlight) {
    int completionEntries = 1 << completionBits;
    long head = entry - Math.min(inFlight, completionEntries);
    long lineEnd = Math.floorDiv(entry, 4) * 4 + 4;
    assertThat(UringOutbound.blankEnd((int) entry, (int) head, completionEntries))
        .isEqualTo((int) Math.min(lineEnd, head + completionEntries));
  }

  @Test
  void theNextEntryIsBlank() throws Exception {
    String name = Numbers.uniqueRing();
    try (Sender sender = open(name);
        Receiver receiver = attach(name);
        Arena arena = Arena.ofConfined()) {
      Neighbour neighbour = Neighbour.map(Slots.file(name), arena);
      for (int sent = 1; sent < 2 * ENTRIES; sent++) {
        queue(sender, sent);
        sender.submit();
        receiver.free(receiver.take());
        // In the first round all are; at the end of each the sender does not know which are free.
        if (sent % ENTRIES != 0) {
          long next = sent % ENTRIES * (long) Ring.COMPLETION_SIZE;
          assertThat(neighbour.completions().get(JAVA_LONG, next)).as("after %d", sent).isZero();
        }
      }
    }
  }

  @Test
  @Timeout(60)
  void aMessageThatSomebodyHidIsReported() throws Exception {
    String name = Numbers.uniqueRing();
    try (Sender sender = open(name);
        Receiver receiver = attach(name);
        Arena arena = Arena.ofConfined()) {
      queue(sender, 0);
      sender.submit();
      Neighbour.map(Slots.file(name), arena).completions().set(JAVA_LONG, 0, Address.NULL);
      assertThat(receiver.take()).isEqualTo(Address.NULL);
      assertThat(receiver.await(Duration.ZERO)).as("the tail says that there is one").isTrue();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < LOOKS; i++) {
                  receiver.take();
                }
              })
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("is no message");
    }
  }

  private static Sender open(String name) {
    return Numbers.ring(name)
        .ringEntries(ENTRIES / 2, ENTRIES)
        .maxBatch(1)
        .placement(Placement.IN_REGION)
        .open();
  }

  private static Receiver attach(String name) {
    return Hring.receiver(name).waitStrategy(WaitStrategy.SPIN_THEN_PARK).attach();
  }

  private static void queue(Sender sender, long value) {
    assertThat(tryQueue(sender, value)).as("message %d", value).isTrue();
  }

  private static boolean tryQueue(Sender sender, long value) {
    long address = sender.allocate(Long.BYTES);
    sender.segment(address).set(JAVA_LONG, 0, value);
    boolean queued = sender.tryQueue(address);
    if (!queued) {
      sender.free(address);
    }
    return queued;
  }
}
