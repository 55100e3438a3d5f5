package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.Hring;
import hring.api.InvalidAddressException;
import hring.api.NameException;
import hring.api.ProviderException;
import hring.api.Receiver;
import hring.api.RegionException;
import hring.api.Sender;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong use gets a sentence, and changes nothing. */
@Timeout(60)
class MisuseTest {
  private final String name = TestRings.uniqueRing();
  private Sender sender;
  private Receiver receiver;

  @BeforeEach
  void open() {
    sender = TestRings.ring(name).open();
    receiver = Hring.receiver(name).attach();
  }

  @AfterEach
  void close() throws IOException {
    receiver.close();
    sender.close();
    try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
      assertThat(files).noneMatch(f -> f.getFileName().toString().contains(name));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nobody-is-called-this", "99999999999999999999"})
  void aUserThatThereIsNotIsNamed(String user) {
    assertThatThrownBy(() -> Hring.receiver(name).fromUser(user).attach())
        .isInstanceOf(NameException.class)
        .hasMessageContaining("no user is named '" + user + "'");
  }

  @Test
  void queueingTwiceIsRefusedAndSentOnce() {
    long address = sender.allocate(8);
    assertThat(sender.tryQueue(address)).isTrue();
    assertThatThrownBy(() -> sender.tryQueue(address))
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("in flight");
    sender.submit();
    assertThat(receiver.take()).isEqualTo(address);
    assertThat(receiver.take()).isEqualTo(Address.NULL);
    receiver.free(address);
  }

  @Test
  void onlyMessagesBeforeABadAddressAreQueued() {
    long[] addresses = new long[6];
    assertThat(sender.allocate(8, addresses, 0, 5)).isEqualTo(5);
    addresses[5] = addresses[4];
    addresses[4] = addresses[1];
    assertThatThrownBy(() -> sender.tryQueue(addresses, 0, 6))
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("in flight");
    assertThat(sender.tryQueue(addresses, 5, 6)).isEqualTo(6);
    sender.submit();
    for (int i : new int[] {0, 1, 2, 3, 5}) {
      assertThat(receiver.take()).isEqualTo(addresses[i]);
    }
    assertThat(receiver.take()).isEqualTo(Address.NULL);
  }

  @Test
  void aMessageFreedByAnotherThreadAfterItWasQueuedIsNotSent() throws Exception {
    long first = allocateAndQueue();
    long freed = allocateAndQueue();
    long last = allocateAndQueue();
    freeInAnotherThread(sender, freed);
    assertThatThrownBy(() -> sender.submit())
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("freed by another thread");
    assertThat(receiver.take()).isEqualTo(first);
    assertThat(receiver.take()).isEqualTo(last);
    assertThat(receiver.take()).isEqualTo(Address.NULL);
    sender.submit();
  }

  /** Whoever was told that a message is refused sends it again. */
  @Test
  void aMessageIsNotRefusedForAnotherOneThatWasFreed() throws Exception {
    allocateAndQueue();
    freeInAnotherThread(sender, allocateAndQueue());
    assertThat(sender.trySend(new byte[] {1})).isTrue();
    assertThat(receiver.poll(_ -> {}, 10)).isEqualTo(2);
    assertThatThrownBy(() -> sender.trySend(new byte[] {2}))
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("freed by another thread");
    sender.submit();
    assertThat(receiver.take()).isEqualTo(Address.NULL);
  }

  @Test
  void aMessageThatFillsABatchIsNotRefusedForAnotherOneThatWasFreed() throws Exception {
    String other = name + "-three";
    try (Sender three = TestRings.ring(other).maxBatch(3).open();
        Receiver attached = Hring.receiver(other).attach()) {
      long first = three.allocate(8);
      assertThat(three.tryQueue(first)).isTrue();
      long freed = three.allocate(8);
      assertThat(three.tryQueue(freed)).isTrue();
      freeInAnotherThread(three, freed);
      long last = three.allocate(8);
      assertThat(three.tryQueue(last)).isTrue();
      assertThat(attached.take()).isEqualTo(first);
      assertThat(attached.take()).isEqualTo(last);
      assertThat(attached.take()).isEqualTo(Address.NULL);
      assertThatThrownBy(three::submit)
          .isInstanceOf(InvalidAddressException.class)
          .hasMessageContaining("freed by another thread");
    }
  }

  private static void freeInAnotherThread(Sender owner, long address) throws Exception {
    try (var other = Executors.newSingleThreadExecutor()) {
      CompletableFuture.runAsync(() -> owner.free(address), other).get();
    }
  }

  private long allocateAndQueue() {
    long address = sender.allocate(8);
    assertThat(sender.tryQueue(address)).isTrue();
    return address;
  }

  @Test
  void aQueuedMessageIsRefusedToTheSender() {
    long address = allocateAndQueue();
    assertThatThrownBy(() -> sender.segment(address)).isInstanceOf(InvalidAddressException.class);
    assertThatThrownBy(() -> sender.free(address)).isInstanceOf(InvalidAddressException.class);
    sender.submit();
    assertThat(receiver.take()).isEqualTo(address);
  }

  @Test
  void freeingTwiceIsRefused() {
    long address = sender.allocate(8);
    sender.free(address);
    assertThatThrownBy(() -> sender.free(address))
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("already freed");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 1, Long.MAX_VALUE, 0x0000_0008_FFFF_FFFFL, 0x0000_0009_0000_0000L})
  void garbageAddressesAreRefused(long garbage) {
    sender.allocate(8);
    assertThatThrownBy(() -> sender.free(garbage)).isInstanceOf(InvalidAddressException.class);
    assertThatThrownBy(() -> sender.tryQueue(garbage)).isInstanceOf(InvalidAddressException.class);
    assertThatThrownBy(() -> sender.segment(garbage)).isInstanceOf(InvalidAddressException.class);
    assertThatThrownBy(() -> receiver.free(garbage)).isInstanceOf(InvalidAddressException.class);
    assertThatThrownBy(() -> receiver.segment(garbage)).isInstanceOf(InvalidAddressException.class);
  }

  @Test
  void anotherParticipantsBlockIsRefused() {
    long address = sender.allocate(8);
    assertThatThrownBy(() -> receiver.free(address))
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("belongs to participant 1");
    sender.tryQueue(address);
    sender.submit();
    receiver.take();
    assertThatThrownBy(() -> sender.free(address)).isInstanceOf(InvalidAddressException.class);
    receiver.free(address);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 1L << 40})
  void impossibleSizesAreRefused(long size) {
    assertThatThrownBy(() -> sender.allocate(size))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Long.toString(size))
        .hasMessageContaining(Long.toString(sender.largestMessage()));
  }

  @Test
  void otherThreadsMayOnlyFree() throws Exception {
    long mine = sender.allocate(8);
    long sent = sender.allocate(8);
    sender.tryQueue(sent);
    sender.submit();
    long taken = receiver.take();
    try (var other = Executors.newSingleThreadExecutor()) {
      CompletableFuture.runAsync(
              () -> {
                sender.free(mine);
                receiver.free(taken);
                assertThatThrownBy(() -> sender.allocate(8))
                    .isInstanceOf(WrongThreadException.class);
                assertThatThrownBy(() -> sender.submit()).isInstanceOf(WrongThreadException.class);
                assertThatThrownBy(() -> receiver.take()).isInstanceOf(WrongThreadException.class);
              },
              other)
          .get();
    }
  }

  @Test
  void aVirtualThreadCannotOpen() throws Exception {
    Throwable[] thrown = new Throwable[1];
    Thread.ofVirtual()
        .start(
            () -> {
              try (Sender other = TestRings.ring(name + "-virtual").open()) {
                other.allocate(8);
              } catch (WrongThreadException e) {
                thrown[0] = e;
              }
            })
        .join();
    assertThat(thrown[0]).isNotNull().hasMessageContaining("platform thread");
  }

  @Test
  void closingTwiceIsHarmlessAndUseAfterwardsIsRefused() {
    long address = sender.allocate(8);
    receiver.close();
    receiver.close();
    assertThatThrownBy(() -> receiver.take())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    sender.close();
    sender.close();
    assertThatThrownBy(() -> sender.allocate(8)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> sender.free(address)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aHandlerThatThrowsLosesOnlyItsOwnMessage() {
    SequenceMessages.send(sender, 0, 10);
    long[] seen = {0};
    assertThatThrownBy(
            () ->
                receiver.poll(
                    (_, payload) -> {
                      seen[0]++;
                      if (payload.get(JAVA_LONG, 0) == 3) {
                        throw new UnsupportedOperationException("three");
                      }
                    },
                    10))
        .hasMessage("three");
    assertThat(seen[0]).isEqualTo(4);
    long[] next = {0};
    assertThat(receiver.poll((_, payload) -> next[0] = payload.get(JAVA_LONG, 0), 1)).isEqualTo(1);
    assertThat(next[0]).isEqualTo(4);
    assertThat(receiver.poll((_, _) -> {}, 10)).isEqualTo(5);
    sender.close();
  }

  @ParameterizedTest
  @CsvSource({"0,8", "3,8", "8,4", "8,12", "65536,65536", "64,131072"})
  void ringSizesThatTheKernelCannotMakeAreRefused(int submission, int completion) {
    assertThatThrownBy(() -> TestRings.ring(name + "-x").ringEntries(submission, completion).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("power of two from");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -64, 100, 64})
  void poolSizesThatAreNoPoolAreRefused(long size) {
    assertThatThrownBy(() -> Hring.sender(name + "-x").poolSize(size).open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Long.toString(size));
  }

  @Test
  void anUnknownAllocatorListsThosePresent() {
    assertThatThrownBy(() -> Hring.sender(name + "-x").allocator("slob").open())
        .isInstanceOf(ProviderException.class)
        .hasMessageContaining("buddy")
        .hasMessageContaining("slab");
  }

  @Test
  void anUnknownNameListsTheNearest() {
    assertThatThrownBy(() -> Hring.receiver(name + "x").attach())
        .isInstanceOf(NameException.class)
        .hasMessageContaining(name);
  }

  @Test
  void truncationIsAnExceptionOnBothSides() throws IOException {
    String other = name + "-cut";
    try (Sender cut = TestRings.ring(other).open();
        Receiver attached = Hring.receiver(other).attach()) {
      SequenceMessages.send(cut, 0, 1);
      long taken = attached.take();
      SequenceMessages.send(cut, 0, 10);
      long allocated = cut.allocate(Long.BYTES);
      cut.free(cut.allocate(Long.BYTES));
      try (FileChannel channel = FileChannel.open(Slots.file(other), StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
      List<ThrowingCallable> uses =
          List.of(
              () -> cut.segment(allocated),
              () -> cut.poolUse(),
              () -> attached.take(),
              () -> attached.segment(taken));
      // The JVM reports a missing page at its next safepoint. In compiled code that may lie in the
      // loop around the call.
      assertThatThrownBy(() -> SequenceMessages.send(cut, 0, 1_000_000))
          .isInstanceOfAny(RegionException.class, InternalError.class)
          .hasMessageMatching("(?s).*(truncated|unsafe memory access).*");
      for (ThrowingCallable use : uses) {
        assertThatThrownBy(use)
            .isInstanceOf(RegionException.class)
            .hasMessageContaining("truncated");
      }
      assertThatThrownBy(attached::close).isInstanceOf(RegionException.class);
      assertThatThrownBy(cut::close).isInstanceOf(RegionException.class);
    }
  }
}
