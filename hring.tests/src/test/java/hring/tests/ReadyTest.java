package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.StreamState;
import hring.testkit.ChildJvm;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Receivers that are waited for elsewhere: in a selector, or in a loop of tasks. */
@Timeout(120)
class ReadyTest extends EachTransport {
  private static final int ROUNDS = 2_000;

  /** In less the watch is still on its way to sleep, in more it sleeps. */
  private static final int MAX_PAUSE_NANOS = 200_000;

  private final String name = TestRings.uniqueRing();

  /** Waits until the channel is readable. */
  private static void select(Selector selector, Receiver receiver) throws IOException {
    assertThat(selector.select(TestRings.PATIENCE.toMillis()))
        .as("keys of %s", receiver.description())
        .isEqualTo(1);
    selector.selectedKeys().clear();
  }

  private static Selector selector(Receiver receiver) throws IOException {
    Selector selector = Selector.open();
    receiver.readyChannel().register(selector, SelectionKey.OP_READ);
    return selector;
  }

  /**
   * The next message is sent when the last one was received, at any moment of the loop's way to
   * sleep. A wake that is lost for good makes the selector wait in vain. One that is lost until the
   * watch looks again, 100 ms later, would show in most rounds.
   */
  @Test
  void noWakeIsLost() throws Exception {
    AtomicLong received = new AtomicLong();
    CountDownLatch attached = new CountDownLatch(1);
    long seed = System.nanoTime();
    CompletableFuture<long[]> sending = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              long[] took = new long[ROUNDS];
              try (Sender sender = TestRings.ring(name).maxBatch(1).open()) {
                attached.countDown();
                assertThat(sender.awaitReceiver(TestRings.PATIENCE)).isTrue();
                Random random = new Random(seed);
                for (int i = 0; i < ROUNDS; i++) {
                  SequenceMessages.pauseFor(random.nextInt(MAX_PAUSE_NANOS));
                  long start = System.nanoTime();
                  SequenceMessages.send(sender, i, i + 1L);
                  while (received.get() <= i
                      && System.nanoTime() - start < TestRings.PATIENCE.toNanos()) {
                    Thread.onSpinWait();
                  }
                  took[i] = System.nanoTime() - start;
                }
                sending.complete(took);
              } catch (Throwable e) {
                sending.completeExceptionally(e);
              }
            });
    attached.await();
    try (Receiver receiver = Hring.receiver(name).attach();
        Selector selector = selector(receiver)) {
      while (receiver.state() == StreamState.OPEN) {
        select(selector, receiver);
        int limit = 1 + (int) (received.get() % 3);
        receiver.poll(
            (_, message) ->
                assertThat(message.get(JAVA_LONG, 0)).isEqualTo(received.getAndIncrement()),
            limit);
      }
    }
    long[] took = sending.get(60, TimeUnit.SECONDS);
    assertThat(received.get()).as("seed %d", seed).isEqualTo(ROUNDS);
    Arrays.sort(took);
    assertThat(took[ROUNDS / 2])
        .as("ns of the median round, seed %d", seed)
        .isLessThan(TimeUnit.MILLISECONDS.toNanos(50));
  }

  @Test
  void theChannelIsReadableAsLongAsThereIsSomethingAndNoLonger() throws Exception {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach();
        Selector selector = selector(receiver)) {
      for (int round = 0; round < 3; round++) {
        requireQuiet(selector, receiver);
        SequenceMessages.send(sender, 0, 3);
        for (int i = 0; i < 3; i++) {
          select(selector, receiver);
          assertThat(receiver.poll((_, _) -> {}, 1)).isEqualTo(1);
        }
        select(selector, receiver);
        assertThat(receiver.poll((_, _) -> {}, 1)).isZero();
      }
      assertThat(receiver.readyChannel()).isSameAs(receiver.readyChannel());
      assertThatThrownBy(() -> receiver.onReady(Runnable::run, () -> {}))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /**
   * A watch that was about to raise its signal when the receiver found nothing does so once. Until
   * its thread has noted that, which may take long on a busy machine, the channel stays readable.
   */
  private static void requireQuiet(Selector selector, Receiver receiver) throws IOException {
    long start = System.nanoTime();
    while (selector.select(50) > 0) {
      selector.selectedKeys().clear();
      assertThat(receiver.poll((_, _) -> {}, 1)).isZero();
      assertThat(System.nanoTime() - start).isLessThan(TestRings.PATIENCE.toNanos());
    }
  }

  /** What was claimed with the message that was taken is not seen in the ring any more. */
  @Test
  void messagesThatWereClaimedBeforeAreThere() throws Exception {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      int sent = 0;
      // How many a claim takes depends on how fast they were handled.
      while (receiver.pending() == 0 && sent < 10_000) {
        SequenceMessages.send(sender, sent, sent + 2L);
        sent += 2;
        takeOne(receiver);
        if (receiver.pending() == 0) {
          takeOne(receiver);
        }
      }
      assertThat(receiver.pending()).isEqualTo(1);
      try (Selector selector = selector(receiver)) {
        select(selector, receiver);
        assertThat(receiver.poll((_, _) -> {}, 7)).isEqualTo(1);
      }
    }
  }

  private static void takeOne(Receiver receiver) {
    long address = receiver.take(TestRings.PATIENCE);
    assertThat(address).isNotEqualTo(Address.NULL);
    receiver.free(address);
  }

  @Test
  void awaitAndTakeStillWait() throws Exception {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach();
        Selector selector = selector(receiver)) {
      assertThat(receiver.await(Duration.ofMillis(20))).isFalse();
      SequenceMessages.send(sender, 7, 8);
      long address = receiver.take(TestRings.PATIENCE);
      assertThat(receiver.segment(address).get(JAVA_LONG, 0)).isEqualTo(7);
      receiver.free(address);
      assertThat(receiver.poll((_, _) -> {}, 1)).isZero();
      SequenceMessages.send(sender, 8, 9);
      while (receiver.poll((_, _) -> {}, 1) == 0) {
        select(selector, receiver);
      }
    }
  }

  @Test
  void theDeathOfTheSenderMakesTheChannelReadable() throws Exception {
    try (ChildJvm child = ChildJvm.start(SequenceMessages.Send.class, name, 10, 16, "hang");
        Receiver receiver = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach();
        Selector selector = selector(receiver)) {
      child.awaitOutput("submitted");
      int received = 0;
      while (received < 10) {
        select(selector, receiver);
        received += receiver.poll((_, _) -> {}, 100);
      }
      assertThat(receiver.poll((_, _) -> {}, 1)).isZero();
      child.kill();
      while (receiver.state() == StreamState.OPEN) {
        select(selector, receiver);
        assertThat(receiver.poll((_, _) -> {}, 1)).isZero();
      }
      assertThat(receiver.state()).isEqualTo(StreamState.SENDER_DIED);
    }
  }

  @Test
  void aReceiverThatFollowsGoesOnWithTheNextRing() throws Exception {
    List<Long> received = new ArrayList<>();
    List<String> successors = new ArrayList<>();
    Sender first = TestRings.ring(name).open();
    try (Receiver receiver = Hring.receiver(name).follow(successors::add).attach();
        Selector selector = selector(receiver)) {
      Sender sender = first;
      for (int round = 0; round < 3; round++) {
        SequenceMessages.send(sender, round, round + 1);
        sender.close();
        sender = TestRings.ring(name).open();
        while (received.size() <= round || successors.size() <= round) {
          select(selector, receiver);
          receiver.poll((_, message) -> received.add(message.get(JAVA_LONG, 0)), 1);
          receiver.state();
        }
      }
      sender.close();
    }
    assertThat(received).containsExactly(0L, 1L, 2L);
  }

  /** One message a task, so that each task leaves some, and other tasks get their turn. */
  @Test
  void aTaskIsRunUntilNothingIsThere() throws Exception {
    ExecutorService loop = Executors.newSingleThreadExecutor();
    try (Sender sender = TestRings.ring(name).open()) {
      List<Long> received = new ArrayList<>();
      CountDownLatch ended = new CountDownLatch(1);
      Receiver receiver =
          loop.submit(
                  () -> {
                    Receiver attached = Hring.receiver(name).attach();
                    attached.onReady(
                        loop,
                        () -> {
                          attached.poll((_, m) -> received.add(m.get(JAVA_LONG, 0)), 1);
                          if (attached.state() != StreamState.OPEN) {
                            attached.close();
                            ended.countDown();
                          }
                        });
                    return attached;
                  })
              .get();
      SequenceMessages.send(sender, 0, 500);
      // Between two tasks.
      assertThat(loop.submit(() -> receiver.pending() >= 0).get(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 500; i < 600; i++) {
        SequenceMessages.send(sender, i, i + 1L);
        Thread.sleep(i % 2);
      }
      sender.close();
      assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(received).isEqualTo(LongStream.range(0, 600).boxed().toList());
    } finally {
      loop.shutdownNow();
    }
  }

  /** It is an error in the log, too: who is called only when it is ready is not called any more. */
  @ParameterizedTest
  @MethodSource("refusals")
  void anExecutorThatRefusesIsReported(Throwable refusal) throws Exception {
    try (Log log = new Log();
        Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      receiver.onReady(_ -> throwAny(refusal), () -> {});
      SequenceMessages.send(sender, 0, 1);
      assertThat(log.records.poll(30, TimeUnit.SECONDS).getMessage()).contains(name, "full");
      assertThatThrownBy(() -> pollForLong(receiver))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("full");
    }
  }

  static List<Throwable> refusals() {
    return List.of(new RejectedExecutionException("full"), new StackOverflowError("full"));
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void throwAny(Throwable e) throws T {
    throw (T) e;
  }

  private static void pollForLong(Receiver receiver) {
    for (long start = System.nanoTime();
        System.nanoTime() - start < TestRings.PATIENCE.toNanos(); ) {
      receiver.poll((_, _) -> {}, 1);
    }
  }

  /** What hring logs. */
  private static final class Log extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("hring");
    private final BlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();

    Log() {
      logger.addHandler(this);
      logger.setUseParentHandlers(false);
    }

    @Override
    public void publish(LogRecord logged) {
      records.add(logged);
    }

    @Override
    public void flush() {
      // Nothing is kept back.
    }

    @Override
    public void close() {
      logger.removeHandler(this);
      logger.setUseParentHandlers(true);
    }
  }

  /** The executor takes the task once, and is full when it is to be run again. */
  @Test
  void aTaskThatCannotBeRunAgainIsReported() throws Exception {
    BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>(1);
    try (Log log = new Log();
        Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      receiver.onReady(
          task -> {
            if (!loop.offer(task)) {
              throw new RejectedExecutionException("full");
            }
          },
          () -> receiver.poll((_, _) -> {}, 1));
      SequenceMessages.send(sender, 0, 3);
      Runnable first = loop.poll(30, TimeUnit.SECONDS);
      assertThat(first).isNotNull();
      loop.add(() -> {});
      first.run();
      assertThat(log.records.poll(30, TimeUnit.SECONDS).getMessage()).contains(name, "full");
      assertThatThrownBy(() -> pollForLong(receiver))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("full");
    }
  }

  /**
   * Its memory is not taken from under the thread that watches it, however little time there is.
   */
  @Test
  void closingWithoutPatienceEndsTheThreadFirst() {
    try (Sender _ = TestRings.ring(name).open()) {
      for (int i = 0; i < 20; i++) {
        Receiver receiver = Hring.receiver(name).attach();
        assertThat(receiver.readyChannel().isOpen()).isTrue();
        receiver.close(Duration.ZERO);
        requireNoThread();
      }
    }
  }

  private void requireNoThread() {
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("hring-ready-" + name));
  }

  @Test
  void closingEndsTheThreadAndTheChannel() throws Exception {
    try (Sender _ = TestRings.ring(name).open()) {
      Receiver receiver = Hring.receiver(name).attach();
      try (Selector selector = selector(receiver)) {
        Future<?> closing =
            CompletableFuture.runAsync(receiver::close, task -> Thread.ofPlatform().start(task));
        closing.get(30, TimeUnit.SECONDS);
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
      }
      requireNoThread();
    }
  }
}
