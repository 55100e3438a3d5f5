package hring.api.internal.attach;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Sender;
import hring.api.internal.naming.Users;
import hring.tests.SequenceMessages;
import hring.tests.Slots;
import hring.tests.TestRings;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A receiver moves to the next ring while the thread that watches the old one is in the signal. */
@Timeout(60)
class ReadyWatchTest {
  private final String name = TestRings.uniqueRing();

  /** A channel whose first raising is held up in the middle. */
  private static final class HeldUp implements ReadyWatch.Signal {
    final ReadyChannel channel = new ReadyChannel();
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch goOn = new CountDownLatch(1);
    final CountDownLatch raised = new CountDownLatch(1);

    @Override
    public void raise(BooleanSupplier mark) throws Exception {
      if (begun.getCount() == 0) {
        channel.raise(mark);
        return;
      }
      begun.countDown();
      goOn.await();
      channel.raise(mark);
      raised.countDown();
    }

    @Override
    public void lower() throws Exception {
      channel.lower();
    }

    @Override
    public void close() {
      channel.close();
    }
  }

  @Test
  void nothingIsLeftToReadWhenBothThreadsHaveRaisedTheSignal() throws Exception {
    HeldUp signal = new HeldUp();
    ReadyWatch watch = new ReadyWatch(name, signal);
    try (Sender old = TestRings.ring(name + "-old").open();
        Sender next = TestRings.ring(name + "-next").open();
        Attachment first = Attachment.to(Slots.file(name + "-old"), Users.own());
        Attachment second = Attachment.to(Slots.file(name + "-next"), Users.own());
        Selector selector = Selector.open()) {
      try {
        signal.channel.source().register(selector, SelectionKey.OP_READ);
        watch.watch(first);
        SequenceMessages.send(old, 0, 1);
        assertThat(signal.begun.await(30, TimeUnit.SECONDS)).isTrue();
        watch.moveTo(second);
        SequenceMessages.send(next, 0, 1);
        while (!watch.isRaised()) {
          Thread.onSpinWait();
        }
        signal.goOn.countDown();
        assertThat(signal.raised.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(selector.select(30_000)).isEqualTo(1);
        selector.selectedKeys().clear();
        assertThat(second.inbound().claims().claim(new long[1], 1)).isEqualTo(1);
        // As a receiver that finds nothing more.
        watch.rearm();
        assertThat(selector.selectNow()).as("readable, with nothing there").isZero();
        // And what comes now is told.
        SequenceMessages.send(next, 1, 2);
        assertThat(selector.select(30_000)).isEqualTo(1);
      } finally {
        signal.goOn.countDown();
        watch.close();
      }
    }
  }
}
