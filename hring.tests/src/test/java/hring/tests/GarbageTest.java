package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import hring.api.Address;
import hring.api.Delivery;
import hring.api.Hring;
import hring.api.MessageHandler;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.Tap;
import hring.api.WaitStrategy;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Steady state makes no garbage: counted by the JVM for the sending and for the receiving thread,
 * without escape analysis (pom.xml).
 *
 * <p>Counted several times, and the least counts: the JVM makes objects in these threads as well,
 * once each. Before it compiles a method of a class for the first time, whenever that is, it makes
 * the strings of all of the class's constants; a method handle that was called 127 times by code
 * that is not compiled gets a class of its own. What hring makes for each message, submission or
 * sleep, each time that ring and pool are full, or when it looks whether the sender lives, is made
 * in each count; what it makes more rarely is not seen.
 */
@Tag("garbage")
@Timeout(120)
class GarbageTest extends EachTransport {
  /** Until the hot path is compiled. */
  private static final int WARM_UP = 3_000_000;

  private static final int COUNTED = 600_000;
  private static final int COUNTS = 5;
  private static final int POLL = 64;

  /** How many messages are held, so many that they are not looked through one by one. */
  private static final int HELD = 1000;

  /** For so long the receiver takes nothing, while it is counted: ring and pool get full. */
  private static final long REST_NANOS = 50_000_000;

  /** A receiver that sleeps for so long looks twice whether the sender lives. */
  private static final long LONG_NANOS = 250_000_000;

  private static final int SLEEPS_WARM_UP = 30_000;
  private static final int SLEEPS_COUNTED = 6_000;
  private static final int LOOKED_WARM_UP = 30_000;

  /** Longer than a receiver takes to wake, to read a message and to sleep again. */
  private static final long AWAKE_NANOS = 60_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private long sum;

  @ParameterizedTest
  @CsvSource({"1,131072,true", "256,131072,true", "1,4194304,false", "256,4194304,false"})
  void aMillionMessagesMakeNoGarbage(int maxBatch, long poolSize, boolean slices) throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).maxBatch(maxBatch).poolSize(poolSize).open()) {
      CompletableFuture<Long> received = start(sender, () -> receive(name, slices));
      int filled = fill(sender, slices);
      send(sender, WARM_UP - filled, slices);
      requireNone(least(() -> send(sender, COUNTED, slices)), received);
    }
  }

  /** Nor do small ones that are written where they travel. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMillionSmallMessagesAllocateNothing(boolean slices) throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).open()) {
      CompletableFuture<Long> received = start(sender, () -> receive(name, slices));
      sendSmall(sender, WARM_UP);
      requireNone(least(() -> sendSmall(sender, COUNTED)), received);
    }
  }

  private static void sendSmall(Sender sender, int count) {
    for (int i = 0; i < count; i++) {
      long offset = sender.claim(Long.BYTES);
      while (offset < 0) {
        sender.submit();
        SequenceMessages.pause();
        offset = sender.claim(Long.BYTES);
      }
      sender.pool().set(JAVA_LONG, offset, i);
      sender.commit();
      if (i % 32 == 0) {
        sender.submit();
      }
    }
    sender.submit();
  }

  /** Nor do those that each receiver gets, of whom one holds many, and frees the last one first. */
  @Test
  void messagesToEachMakeNoGarbage() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).delivery(Delivery.TO_EACH).open()) {
      CompletableFuture<Long> polled = start(sender, () -> receive(name, false));
      CompletableFuture<Long> held = start(sender, () -> hold(name));
      assertThat(sender.awaitReceivers(2, TestRings.PATIENCE)).isTrue();
      send(sender, WARM_UP, false);
      requireNone(least(() -> send(sender, COUNTED, false)), polled);
      assertThat(held.get(60, TimeUnit.SECONDS)).as("bytes that who holds allocated").isZero();
    }
  }

  private long hold(String name) {
    long[] taken = new long[HELD];
    try (Receiver receiver = Hring.receiver(name).attach()) {
      hold(receiver, taken, WARM_UP);
      return least(() -> hold(receiver, taken, COUNTED));
    }
  }

  private static void hold(Receiver receiver, long[] taken, int count) {
    for (int left = count; left > 0; left -= taken.length) {
      for (int end = 0; end < taken.length; end = receiver.take(taken, end, taken.length)) {
        SequenceMessages.pause();
      }
      for (int i = taken.length - 1; i >= 0; i--) {
        receiver.free(taken[i]);
      }
    }
  }

  /** Sleeping in the kernel and waking whoever does make none, either. */
  @Test
  void wakingAndSleepingMakeNoGarbage() throws Exception {
    String name = TestRings.uniqueRing();
    try (Sender sender = TestRings.ring(name).open()) {
      CompletableFuture<Long> received = start(sender, () -> receiveAsleep(name));
      wake(sender, SLEEPS_WARM_UP, received);
      requireNone(
          least(
              () -> {
                SequenceMessages.pauseFor(LONG_NANOS);
                wake(sender, SLEEPS_COUNTED, received);
              }),
          received);
    }
  }

  /** Nor does looking on, and waiting for what there is to see. */
  @Test
  void lookingOnMakesNoGarbage() throws Exception {
    String name = TestRings.uniqueRing();
    AtomicBoolean over = new AtomicBoolean();
    try (Sender sender = TestRings.ring(name).poolSize(256 << 10).open()) {
      CompletableFuture<Long> received = start(sender, () -> receiveUntil(name, over));
      CompletableFuture<Long> looked =
          CompletableFuture.supplyAsync(
              () -> lookOn(name), task -> Thread.ofPlatform().daemon().start(task));
      while (!looked.isDone()) {
        sendSmall(sender, POLL);
      }
      over.set(true);
      assertThat(looked.get()).as("bytes that the tap allocated").isZero();
      received.get(60, TimeUnit.SECONDS);
    }
  }

  private long lookOn(String name) {
    try (Tap tap = Hring.tap(name).open()) {
      Consumer<MemorySegment> handler = message -> sum += message.get(JAVA_LONG, 0);
      lookOn(tap, handler, LOOKED_WARM_UP);
      return least(() -> lookOn(tap, handler, SLEEPS_COUNTED));
    }
  }

  private static void lookOn(Tap tap, Consumer<MemorySegment> handler, int count) {
    for (int left = count; left > 0; ) {
      if (!tap.await(TestRings.PATIENCE)) {
        throw new AssertionError("nothing came for " + TestRings.PATIENCE);
      }
      left -= tap.poll(handler, Math.min(left, POLL));
    }
  }

  private static long receiveUntil(String name, AtomicBoolean over) {
    try (Receiver receiver = Hring.receiver(name).attach()) {
      while (!over.get()) {
        receiver.poll((long address) -> {}, POLL);
      }
    }
    return 0;
  }

  /** Nor does waiting for room. */
  @Test
  void waitingForRoomMakesNoGarbage() {
    Duration moment = Duration.ofNanos(1);
    try (Sender sender =
        TestRings.ring(TestRings.uniqueRing())
            .ringEntries(1, 1)
            .maxBatch(1)
            .poolSize(1 << 16)
            .open()) {
      queue(sender, sender.allocate(Long.BYTES));
      long waiting = sender.allocate(Long.BYTES);
      while (sender.allocate(Long.BYTES) != Address.NULL) {
        // Until the pool is exhausted.
      }
      long allocated =
          least(
              () -> {
                for (int i = 0; i < SLEEPS_COUNTED; i++) {
                  sum += sender.allocate(Long.BYTES, moment);
                  sum += sender.queue(waiting, moment) ? 1 : 0;
                }
              });
      assertThat(sum).as("neither got any").isZero();
      assertThat(allocated).as("bytes that the sender allocated").isZero();
    }
  }

  /** Starts a receiver in a thread of its own; it gives how many bytes it allocated. */
  private static CompletableFuture<Long> start(Sender sender, Supplier<Long> receiver) {
    CompletableFuture<Long> received =
        CompletableFuture.supplyAsync(receiver, task -> Thread.ofPlatform().daemon().start(task));
    assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
    return received;
  }

  private static void requireNone(long sent, CompletableFuture<Long> received) throws Exception {
    assertThat(sent).as("bytes that the sender allocated").isZero();
    assertThat(received.get(60, TimeUnit.SECONDS)).as("bytes that the receiver allocated").isZero();
  }

  /** Sends one message after the other, each when the receiver is about to sleep. */
  private static void wake(Sender sender, int count, CompletableFuture<Long> receiver) {
    for (int i = 0; i < count; i++) {
      if (receiver.isCompletedExceptionally()) {
        receiver.join();
      }
      send(sender, 1, false);
      SequenceMessages.pauseFor(AWAKE_NANOS);
    }
  }

  private long receiveAsleep(String name) {
    try (Receiver receiver = Hring.receiver(name).waitStrategy(WaitStrategy.PARK).attach()) {
      LongConsumer byOffset =
          address -> sum += receiver.pool().get(JAVA_LONG, receiver.offset(address));
      pollAsleep(receiver, byOffset, SLEEPS_WARM_UP);
      return least(() -> pollAsleep(receiver, byOffset, SLEEPS_COUNTED));
    }
  }

  private static void pollAsleep(Receiver receiver, LongConsumer handler, int count) {
    for (int left = count; left > 0; ) {
      if (!receiver.await(TestRings.PATIENCE)) {
        throw new AssertionError("nothing came for " + TestRings.PATIENCE);
      }
      left -= receiver.poll(handler, left);
    }
  }

  /**
   * Sends every block that the pool has, so that both sides have made each one's slice: those that
   * are first used later would be counted.
   */
  private static int fill(Sender sender, boolean slices) {
    long[] blocks = new long[(int) (sender.pool().byteSize() / Long.BYTES)];
    int count = 0;
    for (long block; (block = sender.allocate(Long.BYTES)) != Address.NULL; count++) {
      blocks[count] = block;
    }
    for (int i = 0; i < count; i++) {
      write(sender, blocks[i], i, slices);
      queue(sender, blocks[i]);
    }
    return count;
  }

  private static void send(Sender sender, int count, boolean slices) {
    for (int i = 0; i < count; i++) {
      long address = sender.allocate(Long.BYTES);
      while (address == Address.NULL) {
        sender.submit();
        SequenceMessages.pause();
        address = sender.allocate(Long.BYTES);
      }
      write(sender, address, i, slices);
      queue(sender, address);
    }
    sender.submit();
  }

  private static void write(Sender sender, long address, long value, boolean slices) {
    if (slices) {
      sender.segment(address).set(JAVA_LONG, 0, value);
    } else {
      sender.pool().set(JAVA_LONG, sender.offset(address), value);
    }
  }

  private static void queue(Sender sender, long address) {
    while (!sender.tryQueue(address)) {
      sender.submit();
      SequenceMessages.pause();
    }
  }

  private long receive(String name, boolean slices) {
    try (Receiver receiver = Hring.receiver(name).attach()) {
      MessageHandler bySlice = (_, payload) -> sum += payload.get(JAVA_LONG, 0);
      LongConsumer byOffset =
          address -> sum += receiver.pool().get(JAVA_LONG, receiver.offset(address));
      poll(receiver, slices ? bySlice : null, byOffset, WARM_UP);
      return least(
          () -> {
            SequenceMessages.pauseFor(REST_NANOS);
            poll(receiver, slices ? bySlice : null, byOffset, COUNTED);
          });
    }
  }

  private static void poll(
      Receiver receiver, MessageHandler bySlice, LongConsumer byOffset, int count) {
    for (int left = count; left > 0; ) {
      int limit = Math.min(left, POLL);
      SequenceMessages.pause();
      left -= bySlice == null ? receiver.poll(byOffset, limit) : receiver.poll(bySlice, limit);
    }
  }

  /** How many bytes the calling thread allocates, the time it allocates least. */
  private static long least(Runnable counted) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < COUNTS; i++) {
      long before = allocated();
      counted.run();
      least = Math.min(least, allocated() - before);
    }
    return least;
  }

  private static long allocated() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }
}
