package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.CloseException;
import hring.api.Hring;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.StreamEnd;
import hring.api.StreamState;
import hring.api.WaitStrategy;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing by any thread, whatever the owner does meanwhile. */
@Timeout(60)
class CloseTest extends EachTransport {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(100);

  private final String name = TestRings.uniqueRing();
  private final CountDownLatch release = new CountDownLatch(1);

  /** The thread that {@link #inThread} has started last. */
  private Thread started;

  @AfterEach
  void nothingIsLeft() throws IOException {
    release.countDown();
    try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
      assertThat(files).noneMatch(f -> f.getFileName().toString().contains(name));
    }
    assertThat(mappings()).as("mappings of the ring").isEmpty();
  }

  private List<String> mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(l -> l.contains(name)).toList();
    }
  }

  /** Runs something in a thread of its own, which ends with it. */
  private <T> CompletableFuture<T> inThread(Supplier<T> task) {
    return CompletableFuture.supplyAsync(
        task, run -> started = Thread.ofPlatform().daemon().start(run));
  }

  private void hold() {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSenderWhoseThreadHasEndedIsClosedByAnother() throws Exception {
    Sender sender = endedSender(0);
    try (Receiver receiver = Hring.receiver(name).attach()) {
      assertThat(receiver.state()).isEqualTo(StreamState.OPEN);
      sender.close();
      assertThat(receiver.state()).isEqualTo(StreamState.SENDER_CLOSED);
    }
    try (Sender again = TestRings.ring(name).open()) {
      assertThat(again.receivers()).isZero();
    }
  }

  @Test
  void aReceiverWhoseThreadHasEndedIsClosedByAnother() throws Exception {
    try (Sender sender = TestRings.ring(name).open()) {
      Thread[] owner = new Thread[1];
      Receiver receiver =
          inThread(
                  () -> {
                    owner[0] = Thread.currentThread();
                    return Hring.receiver(name).attach();
                  })
              .get();
      owner[0].join();
      assertThat(sender.receivers()).isEqualTo(1);
      receiver.close();
      assertThat(sender.receivers()).isZero();
    }
  }

  /** An io_uring takes submissions from one thread only. */
  @Test
  void messagesThatCannotBeSubmittedAnyMoreAreCounted() throws Exception {
    Sender sender = endedSender(3);
    try (Receiver receiver = Hring.receiver(name).attach()) {
      if (kind == RingKind.URING) {
        assertThatThrownBy(sender::close)
            .isInstanceOf(CloseException.class)
            .hasMessageContaining("3 queued messages are lost");
      }
      sender.close();
      if (kind == RingKind.SHM) {
        assertThat(SequenceMessages.receiveAll(receiver)).hasSize(3);
      }
      assertThat(receiver.take()).isEqualTo(Address.NULL);
      assertThat(receiver.state()).isEqualTo(StreamState.SENDER_CLOSED);
    }
  }

  private Sender endedSender(int queued) throws Exception {
    Thread[] owner = new Thread[1];
    Sender sender =
        inThread(
                () -> {
                  owner[0] = Thread.currentThread();
                  Sender opened = TestRings.ring(name).open();
                  for (int i = 0; i < queued; i++) {
                    assertThat(SequenceMessages.tryQueue(opened, i)).isTrue();
                  }
                  return opened;
                })
            .get();
    owner[0].join();
    return sender;
  }

  /** The owner lives, and does something else. */
  @Test
  void anOwnerOutsideOfTheLibraryIsNotWaitedFor() throws Exception {
    CompletableFuture<Sender> opened = new CompletableFuture<>();
    CompletableFuture<String> refusal =
        inThread(
            () -> {
              Sender sender = TestRings.ring(name).open();
              SequenceMessages.send(sender, 0, 5);
              opened.complete(sender);
              hold();
              return refusal(() -> sender.allocate(8));
            });
    try (Receiver receiver = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach()) {
      opened.get().close(TestRings.PATIENCE);
      assertThat(SequenceMessages.receiveAll(receiver)).hasSize(5);
    }
    release.countDown();
    assertThat(refusal.get()).contains("is closed, by " + Thread.currentThread());
  }

  private static String refusal(Runnable use) {
    try {
      use.run();
      return "none";
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  @ParameterizedTest
  @EnumSource(WaitStrategy.class)
  void aReceiverThatWaitsIsWokenAndEnds(WaitStrategy strategy) throws Exception {
    try (Sender sender = TestRings.ring(name).open()) {
      CompletableFuture<Receiver> attached = new CompletableFuture<>();
      CompletableFuture<String> refusal =
          inThread(
              () -> {
                Receiver receiver = Hring.receiver(name).waitStrategy(strategy).attach();
                attached.complete(receiver);
                return refusal(() -> receiver.take(LONG));
              });
      Receiver receiver = attached.get();
      Whereabouts.awaitIn(started, "take");
      receiver.close();
      assertThat(refusal.get()).contains("is closed, by " + Thread.currentThread());
      assertThat(sender.receivers()).isZero();
    }
  }

  @Test
  void aSenderThatWaitsSubmitsWhatItQueued() throws Exception {
    CompletableFuture<Sender> opened = new CompletableFuture<>();
    CompletableFuture<String> refusal =
        inThread(
            () -> {
              Sender sender = TestRings.ring(name).open();
              for (int i = 0; i < 7; i++) {
                assertThat(SequenceMessages.tryQueue(sender, i)).isTrue();
              }
              opened.complete(sender);
              return refusal(() -> sender.awaitReceivers(2, LONG));
            });
    Sender sender = opened.get();
    try (Receiver receiver = Hring.receiver(name).attach()) {
      // An owner that is elsewhere submits nothing, see
      // messagesThatCannotBeSubmittedAnyMoreAreCounted.
      Whereabouts.awaitIn(started, "awaitReceivers");
      sender.close();
      assertThat(refusal.get()).contains("is closed");
      assertThat(SequenceMessages.receiveAll(receiver)).hasSize(7);
    }
  }

  /** As servers do: requests come by one ring, replies go by others, all in one thread. */
  @Test
  void anOwnerThatWaitsForOneRingAnswersForAll() throws Exception {
    String requests = name + "-requests";
    String others = name + "-others";
    String replies = name + "-replies";
    CompletableFuture<List<AutoCloseable>> opened = new CompletableFuture<>();
    CompletableFuture<String> refusal = new CompletableFuture<>();
    try (Sender client = TestRings.ring(requests).open();
        Sender second = TestRings.ring(others).open()) {
      refusal =
          inThread(
              () -> {
                Sender sender = TestRings.ring(replies).open();
                Receiver other = Hring.receiver(others).attach();
                Receiver receiver = Hring.receiver(requests).attach();
                assertThat(SequenceMessages.tryQueue(sender, 1)).isTrue();
                opened.complete(List.of(sender, other, receiver));
                return refusal(() -> receiver.take(LONG));
              });
      assertThat(client.awaitReceiver(TestRings.PATIENCE)).isTrue();
      List<AutoCloseable> server = opened.get();
      Whereabouts.awaitIn(started, "take");
      try (Receiver replied = Hring.receiver(replies).attach()) {
        server.get(0).close();
        assertThat(SequenceMessages.receiveAll(replied)).hasSize(1);
      }
      server.get(1).close();
      assertThat(second.receivers()).isZero();
      assertThat(refusal).isNotDone();
      assertThat(client.receivers()).isEqualTo(1);
      server.get(2).close();
      assertThat(refusal.get()).contains(requests, "is closed");
    }
  }

  @Test
  void aHandlerIsWaitedForAndMayGoOn() throws Exception {
    try (Sender sender = TestRings.ring(name).open()) {
      CompletableFuture<Receiver> handling = new CompletableFuture<>();
      int[] handled = new int[1];
      CompletableFuture<String> after =
          inThread(
              () -> {
                Receiver receiver = Hring.receiver(name).waitFor(TestRings.PATIENCE).attach();
                receiver.await(TestRings.PATIENCE);
                receiver.poll(
                    (address, payload) -> {
                      handling.complete(receiver);
                      hold();
                      assertThat(receiver.segment(address).get(JAVA_LONG, 0)).isEqualTo(handled[0]);
                      assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(handled[0]);
                      handled[0]++;
                    },
                    10);
                return refusal(receiver::take);
              });
      SequenceMessages.send(sender, 0, 3);
      Receiver receiver = handling.get();
      assertThatThrownBy(() -> receiver.close(SHORT))
          .isInstanceOf(CloseException.class)
          .hasMessageContaining("in the middle of a message handler");
      assertThat(sender.receivers()).as("still attached").isEqualTo(1);
      CompletableFuture<Void> closed = CompletableFuture.runAsync(receiver::close);
      Thread.sleep(50);
      assertThat(closed).isNotDone();
      release.countDown();
      closed.get();
      assertThat(after.get()).contains("is closed");
      assertThat(handled[0]).isBetween(1, 3);
      assertThat(sender.receivers()).isZero();
    }
  }

  /** What a handler does with other rings is no call of those rings. */
  @Test
  void anotherReceiversHandlerIsNotWaitedFor() throws Exception {
    String other = name + "-other";
    try (Sender sender = TestRings.ring(name).open();
        Sender second = TestRings.ring(other).open()) {
      CompletableFuture<Receiver> handling = new CompletableFuture<>();
      CompletableFuture<Boolean> ended =
          inThread(
              () -> {
                try (Receiver receiver = Hring.receiver(name).attach();
                    Receiver idle = Hring.receiver(other).attach()) {
                  receiver.await(TestRings.PATIENCE);
                  receiver.poll(
                      (_, _) -> {
                        handling.complete(idle);
                        hold();
                      },
                      10);
                  return true;
                }
              });
      SequenceMessages.send(sender, 0, 1);
      handling.get().close(Duration.ofSeconds(10));
      assertThat(second.receivers()).isZero();
      assertThat(ended).isNotDone();
      release.countDown();
      assertThat(ended.get()).isTrue();
    }
  }

  @Test
  void aHandlerCannotClose() {
    try (Sender sender = TestRings.ring(name).open();
        Receiver receiver = Hring.receiver(name).attach()) {
      SequenceMessages.send(sender, 0, 1);
      assertThatThrownBy(() -> receiver.poll((_, _) -> receiver.close(), 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("handler");
    }
  }

  /** A worker writes a message to a socket (a pipe here) that takes no more. */
  @Test
  void aMessageThatAWorkerStillReadsIsNotGivenAway() throws Exception {
    int size = 1 << 15;
    Pipe pipe = Pipe.open();
    try (Sender sender = TestRings.ring(name).open();
        var source = pipe.source();
        var sink = pipe.sink()) {
      int filled = fill(sink);
      Receiver receiver = Hring.receiver(name).attach();
      long address = sender.allocate(size);
      sender.segment(address).fill((byte) 7);
      sender.tryQueue(address);
      sender.submit();
      MemorySegment message = receiver.segment(receiver.take());
      CompletableFuture<Integer> written =
          inThread(
              () -> {
                try {
                  return sink.write(message.asByteBuffer());
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      Whereabouts.awaitIn(started, "write0");
      assertThatThrownBy(() -> receiver.close(SHORT))
          .isInstanceOf(CloseException.class)
          .hasMessageContaining("cannot be closed yet")
          .hasMessageContaining("acquired by 1 client");
      assertThatThrownBy(receiver::take).isInstanceOf(IllegalStateException.class);
      assertThat(sender.poolUse().used()).as("bytes that are not free").isPositive();
      read(source, filled);
      assertThat(read(source, size)).containsOnly(7);
      assertThat(written.get()).isEqualTo(size);
      receiver.close();
      assertThat(sender.receivers()).isZero();
      assertThatThrownBy(() -> message.get(JAVA_LONG, 0)).isInstanceOf(IllegalStateException.class);
    }
  }

  /** Fills a pipe; returns how many bytes it took. */
  private static int fill(Pipe.SinkChannel sink) throws IOException {
    sink.configureBlocking(false);
    int filled = 0;
    ByteBuffer zeros = ByteBuffer.allocate(4096);
    while (sink.write(zeros) > 0) {
      filled += zeros.position();
      zeros.clear();
    }
    sink.configureBlocking(true);
    return filled;
  }

  private static byte[] read(Pipe.SourceChannel source, int size) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(size);
    while (read.hasRemaining()) {
      source.read(read);
    }
    return read.array();
  }

  /** A worker reads from a socket (a pipe here) into a block of the sender's. */
  @Test
  void aBlockThatAWorkerStillFillsStaysMapped() throws Exception {
    Pipe pipe = Pipe.open();
    Sender sender = TestRings.ring(name).open();
    try (var source = pipe.source();
        var sink = pipe.sink()) {
      ByteBuffer block = sender.segment(sender.allocate(64)).asByteBuffer();
      CompletableFuture<Integer> read =
          inThread(
              () -> {
                try {
                  return source.read(block);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      Whereabouts.awaitIn(started, "read0");
      try (Receiver receiver = Hring.receiver(name).attach()) {
        assertThatThrownBy(() -> sender.close(SHORT))
            .isInstanceOf(CloseException.class)
            .hasMessageContaining("acquired by 1 client");
        assertThat(receiver.state()).as("all else is done").isEqualTo(StreamState.SENDER_CLOSED);
      }
      sink.write(ByteBuffer.wrap(new byte[3]));
      assertThat(read.get()).isEqualTo(3);
      sender.close();
    }
  }

  /** Closed at any moment of a sender that is busy: nothing is sent twice, or lost uncounted. */
  @Test
  void aBusySenderIsStoppedBetweenTwoCalls() throws Exception {
    for (int i = 0; i < 100; i++) {
      long[] queued = new long[1];
      CompletableFuture<Sender> opened = new CompletableFuture<>();
      CompletableFuture<String> ended =
          inThread(
              () -> {
                Sender sender = TestRings.ring(name).poolSize(1 << 16).ringEntries(8, 64).open();
                opened.complete(sender);
                return refusal(() -> queueForEver(sender, queued));
              });
      Sender sender = opened.get();
      try (Receiver receiver = Hring.receiver(name).attach()) {
        long received = 0;
        for (long start = System.nanoTime(); System.nanoTime() - start < i * 20_000L; ) {
          received += receiver.poll((_, _) -> {}, 64);
        }
        CompletableFuture<String> closed =
            inThread(
                () -> {
                  try {
                    sender.close();
                    return "and 0 queued messages";
                  } catch (CloseException e) {
                    return e.getMessage();
                  }
                });
        while (!closed.isDone() || receiver.state() == StreamState.OPEN) {
          received += receiver.poll((_, _) -> {}, 64);
        }
        assertThat(ended.get(30, TimeUnit.SECONDS)).contains("is closed");
        assertThat(closed.get()).contains("and " + (queued[0] - received) + " queued messages");
      }
    }
  }

  private static void queueForEver(Sender sender, long[] queued) {
    while (true) {
      long address = sender.allocate(Long.BYTES);
      if (address == Address.NULL) {
        sender.submit();
      } else if (sender.tryQueue(address)) {
        queued[0]++;
      } else {
        sender.free(address);
      }
    }
  }

  /** Closed at any moment of a receiver that is busy: what was handed out was handed out whole. */
  @Test
  void aBusyReceiverIsStoppedBetweenTwoCalls() throws Exception {
    try (Sender sender = TestRings.ring(name).open()) {
      for (int i = 0; i < 100; i++) {
        CompletableFuture<Receiver> attached = new CompletableFuture<>();
        CompletableFuture<String> ended =
            inThread(
                () -> {
                  Receiver receiver = Hring.receiver(name).attach();
                  attached.complete(receiver);
                  return refusal(() -> receiveForEver(receiver));
                });
        Receiver receiver = attached.get();
        CompletableFuture<Void> closed =
            inThread(
                () -> {
                  pauseUntil(System.nanoTime() + 1_000_000);
                  receiver.close();
                  return null;
                });
        while (!closed.isDone()) {
          long address = sender.allocate(Long.BYTES);
          if (address != Address.NULL) {
            sender.segment(address).set(JAVA_LONG, 0, 42);
            if (!sender.tryQueue(address)) {
              sender.free(address);
            }
          }
          sender.submit();
        }
        closed.get();
        assertThat(ended.get(30, TimeUnit.SECONDS)).contains("is closed");
        try (Receiver rest = Hring.receiver(name).attach()) {
          while (rest.poll((_, _) -> {}, 100) > 0) {
            // Empties the ring.
          }
        }
      }
      sender.submit();
      assertThat(sender.receivers()).isZero();
    }
  }

  private static void pauseUntil(long instant) {
    while (System.nanoTime() - instant < 0) {
      SequenceMessages.pause();
    }
  }

  private static void receiveForEver(Receiver receiver) {
    while (true) {
      receiver.poll(
          (address, payload) -> {
            if (payload.get(JAVA_LONG, 0) != 42 || receiver.segment(address) != payload) {
              throw new AssertionError("a message that is not whole");
            }
          },
          10);
      long address = receiver.take();
      if (address != Address.NULL) {
        receiver.free(address);
      }
    }
  }

  /** As the documentation of abort says that it is to be written. */
  private static void produce(Sender opened) {
    try (Sender sender = opened) {
      try {
        SequenceMessages.send(sender, 0, 5);
        assertThat(SequenceMessages.tryQueue(sender, 5)).isTrue();
        throw new UnsupportedOperationException("no more paper");
      } catch (Throwable e) {
        sender.abort(e.toString());
        throw e;
      }
    }
  }

  @Test
  void aTruncatedStreamDoesNotLookComplete() throws IOException {
    Sender sender = TestRings.ring(name).open();
    try (Receiver receiver = Hring.receiver(name).attach()) {
      assertThatThrownBy(() -> produce(sender)).hasMessage("no more paper");
      assertThat(SequenceMessages.receiveAll(receiver)).as("what was submitted").hasSize(5);
      assertThat(receiver.state()).isEqualTo(StreamState.ABORTED);
      assertThat(receiver.lastEnd())
          .contains(
              new StreamEnd(
                  StreamState.ABORTED, "java.lang.UnsupportedOperationException: no more paper"));
    }
  }

  @Test
  void aLongReasonIsCutBetweenTwoCharacters() {
    Sender sender = TestRings.ring(name).open();
    try (Receiver receiver = Hring.receiver(name).attach()) {
      sender.abort("ab" + "\u20ac".repeat(100));
      sender.close();
      assertThat(receiver.await(LONG)).isTrue();
      assertThat(receiver.lastEnd().orElseThrow().reason()).isEqualTo("ab" + "\u20ac".repeat(42));
    }
  }

  @Test
  void twoThreadsMayCloseAtOnce() throws Exception {
    for (int i = 0; i < 20; i++) {
      Sender sender = endedSender(0);
      CompletableFuture<Void> first = CompletableFuture.runAsync(sender::close);
      CompletableFuture<Void> second = CompletableFuture.runAsync(sender::close);
      try {
        first.get();
        second.get();
      } catch (ExecutionException e) {
        throw new AssertionError(e);
      }
      try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
        assertThat(files).noneMatch(f -> f.getFileName().toString().contains(name));
      }
    }
  }
}
