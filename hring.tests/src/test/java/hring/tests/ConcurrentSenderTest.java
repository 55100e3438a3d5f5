package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.ConcurrentSender;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.RingInfo;
import hring.api.StreamState;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One ring, to which many threads of one process send, platform and virtual ones. */
@Timeout(120)
class ConcurrentSenderTest extends EachTransport {
  private static final int PLATFORM_THREADS = 4;
  private static final int VIRTUAL_THREADS = 20;
  private static final int THREADS = PLATFORM_THREADS + VIRTUAL_THREADS;
  private static final int COUNT = 2_000;

  private final String name = TestRings.uniqueRing();
  private ExecutorService platform;
  private ExecutorService virtual;

  @BeforeEach
  void startThreads() {
    platform = Executors.newFixedThreadPool(PLATFORM_THREADS);
    virtual = Executors.newVirtualThreadPerTaskExecutor();
  }

  @AfterEach
  void endThreads() {
    platform.shutdownNow();
    virtual.shutdownNow();
  }

  private List<Future<Integer>> startSenders(ConcurrentSender sender, int count) {
    List<Future<Integer>> senders = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      senders.add(
          (i < PLATFORM_THREADS ? platform : virtual).submit(() -> sendAll(sender, thread, count)));
    }
    return senders;
  }

  /** Sends in each of the ways in turn; returns how many were accepted before it was closed. */
  private static int sendAll(ConcurrentSender sender, int thread, int count) {
    int sent = 0;
    try {
      while (sent < count) {
        assertThat(send(sender, thread, sent)).isTrue();
        sent++;
        if (sent % 3 == 0 || sent == count) {
          sender.submit();
        }
      }
    } catch (IllegalStateException e) {
      // By the sender, or by the JDK, for the segment of a block.
      assertThat(e).hasMessageMatching(".*(is|Already) closed.*");
    }
    return sent;
  }

  private static boolean send(ConcurrentSender sender, int thread, long number) {
    if (number % 2 == 0) {
      return sender.send(MemorySegment.ofArray(new long[] {thread, number}), TestRings.PATIENCE);
    }
    long address = sender.allocate(2 * Long.BYTES, TestRings.PATIENCE);
    assertThat(address).isNotEqualTo(Address.NULL);
    MemorySegment message = sender.segment(address);
    message.set(JAVA_LONG, 0, thread);
    message.set(JAVA_LONG, Long.BYTES, number);
    return sender.queue(address, TestRings.PATIENCE);
  }

  /** Receives until the stream ends; returns each thread's numbers in the order they came. */
  private static Map<Long, List<Long>> receiveAll(Receiver receiver) {
    Map<Long, List<Long>> received = new HashMap<>();
    do {
      while (receiver.poll(
              (_, message) ->
                  received
                      .computeIfAbsent(message.get(JAVA_LONG, 0), _ -> new ArrayList<>())
                      .add(message.get(JAVA_LONG, Long.BYTES)),
              100)
          > 0) {
        // Until nothing is there.
      }
      assertThat(receiver.await(TestRings.PATIENCE)).as("of %s", received.keySet()).isTrue();
    } while (receiver.state() == StreamState.OPEN);
    return received;
  }

  private static List<Long> numbers(int count) {
    return LongStream.range(0, count).boxed().toList();
  }

  /** The ring and the pool are small, so that threads have to wait for room. */
  @Test
  void eachMessageArrivesOnceAndThoseOfAThreadInOrder() throws Exception {
    ConcurrentSender sender =
        TestRings.ring(name).ringEntries(8, 16).maxBatch(16).poolSize(1 << 16).openConcurrent();
    try (Receiver receiver = Hring.receiver(name).attach()) {
      List<Future<Integer>> senders = startSenders(sender, COUNT);
      Future<?> closing =
          virtual.submit(
              () -> {
                for (Future<Integer> each : senders) {
                  assertThat(each.get()).isEqualTo(COUNT);
                }
                assertThat(sender.awaitHandled(TestRings.PATIENCE)).isTrue();
                sender.close();
                return null;
              });
      Map<Long, List<Long>> received = receiveAll(receiver);
      closing.get(30, TimeUnit.SECONDS);
      assertThat(received).hasSize(THREADS);
      assertThat(received.values()).allSatisfy(of -> assertThat(of).isEqualTo(numbers(COUNT)));
    } finally {
      sender.close();
    }
  }

  /** They would send for ever: so all of them are in the midst of it. */
  @Test
  void whatWasAcceptedBeforeAnotherThreadClosesArrives() throws Exception {
    ConcurrentSender sender = TestRings.ring(name).openConcurrent();
    try (Receiver receiver = Hring.receiver(name).attach()) {
      List<Future<Integer>> senders = startSenders(sender, Integer.MAX_VALUE);
      Future<?> closing =
          virtual.submit(
              () -> {
                Thread.sleep(20);
                sender.close();
                sender.close();
                return null;
              });
      Map<Long, List<Long>> received = receiveAll(receiver);
      closing.get(30, TimeUnit.SECONDS);
      for (int i = 0; i < THREADS; i++) {
        int sent = senders.get(i).get(30, TimeUnit.SECONDS);
        assertThat(received.getOrDefault((long) i, List.of())).isEqualTo(numbers(sent));
      }
      assertThatThrownBy(() -> sender.trySend(new byte[8]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is closed");
      assertThatThrownBy(sender::submit).isInstanceOf(IllegalStateException.class);
    } finally {
      sender.close();
    }
  }

  /** The janitor looks ten times a second whether an ordinary sender's thread lives. */
  @Test
  void theThreadThatOpenedMayEnd() throws Exception {
    ConcurrentSender[] opened = new ConcurrentSender[1];
    Thread opener =
        Thread.ofVirtual().start(() -> opened[0] = TestRings.ring(name).openConcurrent());
    opener.join();
    Thread.sleep(300);
    try (ConcurrentSender sender = opened[0];
        Receiver receiver = Hring.receiver(name).attach()) {
      assertThat(Hring.rings().stream().filter(ring -> ring.name().equals(name)))
          .extracting(RingInfo::condition)
          .containsExactly(RingInfo.Condition.ALIVE);
      assertThat(sender.trySend(new byte[] {1})).isTrue();
      receiver.free(receiver.take(TestRings.PATIENCE));
    }
  }

  /** A thread that waits for room has not got the lock. */
  @Test
  void aThreadThatWaitsKeepsNobodyWaiting() throws Exception {
    try (ConcurrentSender sender =
            TestRings.ring(name).ringEntries(1, 1).maxBatch(1).openConcurrent();
        Receiver receiver = Hring.receiver(name).attach()) {
      assertThat(sender.trySend(new byte[8])).isTrue();
      CountDownLatch begun = new CountDownLatch(1);
      Future<Boolean> waiting =
          platform.submit(
              () -> {
                begun.countDown();
                return sender.send(new byte[8], TestRings.PATIENCE);
              });
      begun.await();
      Thread.sleep(50);
      assertThat(sender.trySend(new byte[8])).isFalse();
      assertThat(sender.receivers()).isEqualTo(1);
      assertThat(waiting.isDone()).isFalse();
      receiver.free(receiver.take(Duration.ofSeconds(10)));
      assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
