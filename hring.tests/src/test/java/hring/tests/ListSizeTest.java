package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Address;
import hring.api.CloseException;
import hring.api.Delivery;
import hring.api.Hring;
import hring.api.InvalidAddressException;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.spi.transport.BatchList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The block that lists the messages of a batch: as large as this batch needs. */
@Timeout(60)
class ListSizeTest extends EachTransport {
  private static final int MAX_BATCH = 512;
  private static final int ENTRIES = 16;

  /** The shortest list has room for so many messages. */
  private static final int FEW = 7;

  private final String name = TestRings.uniqueRing();
  private final List<Long> received = new ArrayList<>();
  private long queued;

  @Test
  void aSmallBatchTakesASmallBlock() {
    try (Sender sender = open(Delivery.TO_ONE)) {
      queue(sender, 2);
      sender.submit();
      assertThat(sender.poolUse().blocks()).as("two messages and their list").isEqualTo(3);
      assertThat(sender.poolUse().used()).isLessThan(BatchList.bytes(MAX_BATCH) / 4);
    }
  }

  /** Were it sent each time that its list is full, the ring would be full soon. */
  @ParameterizedTest
  @EnumSource
  void aBatchThatGrowsIsOneEntry(Delivery delivery) {
    try (Sender sender = open(delivery);
        Receiver receiver = Hring.receiver(name).attach()) {
      for (int i = 0; i < ENTRIES / 2; i++) {
        // After a small batch the next begins with a short list.
        queue(sender, FEW);
        sender.submit();
        queue(sender, MAX_BATCH);
      }
      receiveAll(receiver);
      assertThat(sender.awaitHandled(TestRings.PATIENCE)).isTrue();
      assertThat(sender.poolUse().blocks()).isZero();
    }
  }

  @Test
  void aBatchWhoseListCannotGrowIsCut() {
    try (Sender sender = open(Delivery.TO_ONE);
        Receiver receiver = Hring.receiver(name).attach()) {
      long[] all = fillForOneShortList(sender);
      int cut = 2 * FEW;
      for (int i = 0; i < cut; i++) {
        queue(sender, all[i]);
      }
      sender.submit();
      assertThat(sender.poolUse().blocks()).as("with a list").isEqualTo(all.length + 1);
      for (int i = cut; i < all.length; i++) {
        sender.pool().set(JAVA_LONG, sender.offset(all[i]), queued++);
        while (!sender.tryQueue(all[i])) {
          poll(receiver);
        }
      }
      sender.submit();
      receiveAll(receiver);
    }
  }

  @Test
  void messagesOfACutBatchAreCountedWhenTheyAreLost() throws Exception {
    FutureTask<Sender> opening =
        new FutureTask<>(
            () -> {
              Sender sender = open(Delivery.TO_ONE);
              long[] all = fillForOneShortList(sender);
              for (int i = 0; i < 2 * FEW; i++) {
                queue(sender, all[i]);
              }
              return sender;
            });
    Thread.ofPlatform().start(opening).join();
    // Closes it at the end, too, so that an assertion that fails leaves no ring behind.
    try (Sender sender = opening.get();
        Receiver receiver = Hring.receiver(name).attach()) {
      if (kind == RingKind.URING) {
        assertThatThrownBy(sender::close)
            .isInstanceOf(CloseException.class)
            .hasMessageContaining(2 * FEW + " queued messages are lost");
      } else {
        sender.close();
        receiveAll(receiver);
      }
    }
  }

  /** Returns the messages of a pool in which there is one more block, for a list of few. */
  private static long[] fillForOneShortList(Sender sender) {
    int size = (int) BatchList.bytes(FEW);
    long[] all = new long[(int) (sender.poolUse().poolSize() / size)];
    int filled = sender.allocate(size, all, 0, all.length);
    sender.free(all[filled - 1]);
    return Arrays.copyOf(all, filled - 1);
  }

  /** Its block has the size of the next list, which must not get it while it is listed. */
  @Test
  void aListedMessageMayBeFreedBeforeTheListGrows() throws Exception {
    int size = (int) BatchList.bytes(8 * FEW + FEW);
    try (Sender sender = open(Delivery.TO_ONE);
        Receiver receiver = Hring.receiver(name).attach()) {
      queue(sender, 1);
      long freed = sender.allocate(size);
      assertThat(sender.tryQueue(freed)).isTrue();
      queue(sender, FEW - 2);
      Thread other = Thread.ofPlatform().start(() -> sender.free(freed));
      other.join();
      queue(sender, FEW);
      assertThatThrownBy(sender::submit)
          .isInstanceOf(InvalidAddressException.class)
          .hasMessageContaining("was freed by another thread");
      receiveAll(receiver);
    }
  }

  /** Its block may have become that of the list meanwhile. */
  @Test
  void anAddressThatWasFreedIsNotTheListsBlock() {
    int size = (int) BatchList.bytes(FEW);
    try (Sender sender = open(Delivery.TO_ONE);
        Receiver receiver = Hring.receiver(name).attach()) {
      long freed = sender.allocate(size);
      sender.free(freed);
      assertThatThrownBy(() -> sender.tryQueue(freed)).isInstanceOf(InvalidAddressException.class);
      queue(sender, 2);
      assertThatThrownBy(() -> sender.tryQueue(freed)).isInstanceOf(InvalidAddressException.class);
      assertThatThrownBy(() -> sender.segment(freed)).isInstanceOf(InvalidAddressException.class);
      assertThatThrownBy(() -> sender.free(freed)).isInstanceOf(InvalidAddressException.class);
      sender.submit();
      receiveAll(receiver);
    }
  }

  private Sender open(Delivery delivery) {
    return TestRings.ring(name)
        .delivery(delivery)
        .poolSize(1 << 20)
        .maxBatch(MAX_BATCH)
        .ringEntries(ENTRIES, ENTRIES)
        .open();
  }

  private void queue(Sender sender, int messages) {
    for (int i = 0; i < messages; i++) {
      long address = sender.allocate(Long.BYTES);
      assertThat(address).isNotEqualTo(Address.NULL);
      queue(sender, address);
    }
  }

  private void queue(Sender sender, long address) {
    sender.pool().set(JAVA_LONG, sender.offset(address), queued);
    assertThat(sender.tryQueue(address)).as("message %d", queued).isTrue();
    queued++;
  }

  private int poll(Receiver receiver) {
    return receiver.poll(
        address -> received.add(receiver.pool().get(JAVA_LONG, receiver.offset(address))),
        MAX_BATCH);
  }

  private void receiveAll(Receiver receiver) {
    while (poll(receiver) > 0) {
      // There may be more.
    }
    assertThat(received).containsExactlyElementsOf(() -> LongStream.range(0, queued).iterator());
  }
}
