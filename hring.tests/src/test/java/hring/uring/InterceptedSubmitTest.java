package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.StreamState;
import hring.api.TransportException;
import hring.api.WaitStrategy;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.region.HeaderLayout;
import hring.api.spi.region.RegionFiles;
import hring.linux.Errno;
import hring.testkit.ChildJvm;
import hring.tests.ReceiverToKill;
import hring.tests.RegionCorruptor;
import hring.tests.SequenceMessages;
import hring.tests.Slots;
import hring.tests.TestRings;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Submissions that the kernel does not take, or not all, or before which the sender dies. */
@Timeout(60)
class InterceptedSubmitTest {
  private static final int ENTRIES = 8;
  private static final int TAKEN = 3;

  @AfterEach
  void noInterceptor() {
    InterceptingTransport.interceptor = UringCalls::enter;
  }

  /** Two are parked, so that nobody is woken before the submission. */
  @Test
  void entriesTakenBeforeTheKernelRefusedArriveAndWake() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = InterceptingTransport.ring(name, ENTRIES).open();
        Receiver receiver = Hring.receiver(name).attach();
        Arena arena = Arena.ofConfined()) {
      var header = RegionCorruptor.map(Slots.file(name), arena).header();
      for (int i = 0; i < ENTRIES; i++) {
        assertThat(SequenceMessages.tryQueue(sender, i)).isTrue();
      }
      SharedMemory.getAndOrLong(header, HeaderLayout.PARKED_MASK, 1L << 40 | 1L << 41);
      int wakeWord = SharedMemory.getIntAcquire(header, HeaderLayout.WAKE_WORD);
      boolean[] taken = new boolean[1];
      InterceptingTransport.interceptor =
          (calls, ring, _, flags) -> {
            int result = taken[0] ? -Errno.EAGAIN : calls.enter(ring, TAKEN, flags);
            taken[0] = true;
            return result;
          };
      assertThatThrownBy(sender::submit)
          .isInstanceOf(TransportException.class)
          .hasMessageContaining("of " + (ENTRIES - TAKEN) + " submissions");
      assertThat(SharedMemory.getIntAcquire(header, HeaderLayout.WAKE_WORD))
          .as("the wake word, which the waking changes")
          .isNotEqualTo(wakeWord);
      assertThat(receive(receiver)).isEqualTo(numbers(0, TAKEN));
      noInterceptor();
      sender.submit();
      assertThat(receive(receiver)).isEqualTo(numbers(TAKEN, ENTRIES));
    }
  }

  /**
   * Also round the ring's end, where entries behind the last are not known to be free. A receiver
   * makes room first, if the sender needs it to come so far.
   */
  @ParameterizedTest
  @CsvSource({"4,0,1,0", "4,3,1,0", "4,4,3,1", "2,1,2,0", "1,2,1,2"})
  void aSenderThatDiesBeforeItEntersLosesOnlyWhatItDidNotSubmit(
      int entries, int before, int then, int takenBefore) throws Exception {
    String name = TestRings.uniqueRing();
    try (ChildJvm child = ChildJvm.start(SenderToKill.class, name, entries, before, then);
        Receiver receiver =
            Hring.receiver(name)
                .waitFor(TestRings.PATIENCE)
                .waitStrategy(WaitStrategy.SPIN_THEN_PARK)
                .attach()) {
      List<Long> received = new ArrayList<>();
      while (received.size() < takenBefore) {
        received.add(read(receiver, receiver.take(TestRings.PATIENCE)));
      }
      child.awaitOutput(ReceiverToKill.READY);
      child.kill();
      received.addAll(receive(receiver));
      assertThat(received).isEqualTo(numbers(0, before));
      assertThat(receiver.await(TestRings.PATIENCE)).as("the end is seen").isTrue();
      assertThat(receiver.take()).isEqualTo(Address.NULL);
      assertThat(receiver.state()).isEqualTo(StreamState.SENDER_DIED);
    } finally {
      Hring.removeStale(RegionFiles.SHM, name);
    }
  }

  private static List<Long> receive(Receiver receiver) {
    List<Long> received = new ArrayList<>();
    for (long address; (address = receiver.take()) != Address.NULL; ) {
      received.add(read(receiver, address));
    }
    return received;
  }

  private static long read(Receiver receiver, long address) {
    long number = receiver.segment(address).get(JAVA_LONG, 0);
    receiver.free(address);
    return number;
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }
}
