package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.Delivery;
import hring.api.Hring;
import hring.api.HringException;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.Tap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A sender and a receiver whose region is corrupted while they use it, and a tap that looks on.
 * Confined to a thread.
 */
final class CorruptedRing implements AutoCloseable {
  private static final int POOL = 64 << 10;
  private static final int STEPS = 20;

  private final Arena arena = Arena.ofConfined();
  private final RingKind kind;
  private final String allocator;
  private final Delivery delivery;
  private final Sender sender;
  private final Receiver receiver;
  private final Tap tap;
  private final Path file;
  private final RegionCorruptor corruptor;
  private final MemorySegment message = MemorySegment.ofArray(new byte[500]);
  private int received;

  private CorruptedRing(
      RingKind kind,
      String allocator,
      Delivery delivery,
      Sender sender,
      Receiver receiver,
      Tap tap,
      Path file)
      throws IOException {
    this.kind = kind;
    this.allocator = allocator;
    this.delivery = delivery;
    this.sender = sender;
    this.receiver = receiver;
    this.tap = tap;
    this.file = file;
    corruptor = RegionCorruptor.map(file, arena);
  }

  static CorruptedRing open(Path directory, RingKind kind, String allocator, Delivery delivery)
      throws IOException {
    String name = TestRings.uniqueRing();
    Sender sender =
        kind.of(Hring.sender(name))
            .allocator(allocator)
            .delivery(delivery)
            .directory(directory)
            .poolSize(POOL)
            .ringEntries(8, 16)
            .maxBatch(4)
            .open();
    Receiver receiver = Hring.receiver(name).directory(directory).attach();
    Tap tap = Hring.tap(name).directory(directory).open();
    try (Stream<Path> files = Files.list(directory)) {
      Path file = files.filter(f -> f.toString().contains(name + ":")).findFirst().orElseThrow();
      return new CorruptedRing(kind, allocator, delivery, sender, receiver, tap, file);
    }
  }

  boolean isOf(RingKind kind, String allocator, Delivery delivery) {
    return this.kind == kind && this.allocator.equals(allocator) && this.delivery == delivery;
  }

  /**
   * Sends and receives, with a write after each part of it, and one while a handler runs.
   *
   * @return whether messages still pass; if not, the ring is of no use for further writes
   */
  boolean exercise(List<Corruption> corruptions, RegionCorruptor.Target target) {
    for (Corruption corruption : corruptions) {
      traffic(() -> {});
      corruption.into(target.in(corruptor));
    }
    traffic(() -> corruptions.getFirst().into(target.in(corruptor)));
    received = 0;
    traffic(() -> {});
    return received > 0;
  }

  /** Sends and receives, with writes in between that nothing may come of. */
  void shrugOff(List<Corruption> corruptions, RegionCorruptor.Target target) {
    for (Corruption corruption : corruptions) {
      long sent = 0;
      long next = 0;
      for (int i = 0; i < STEPS; i++) {
        long address = sender.allocate(Long.BYTES);
        sender.segment(address).set(JAVA_LONG, 0, sent++);
        assertThat(sender.tryQueue(address)).isTrue();
        if (i % 3 == 0) {
          sender.submit();
          corruption.into(target.in(corruptor));
          long taken = receiver.take();
          assertThat(receiver.segment(taken).get(JAVA_LONG, 0)).isEqualTo(next++);
          receiver.free(taken);
          sender.awaitHandled(Duration.ZERO);
        }
      }
      sender.submit();
      long[] count = {next};
      while (receiver.poll(
              (_, payload) -> assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(count[0]++), 4)
          > 0) {
        // Until nothing is there.
      }
      assertThat(count[0]).isEqualTo(sent);
    }
  }

  /** More is sent than received, so that batches are in flight when it ends. */
  private void traffic(Runnable whileHandling) {
    for (int i = 0; i < STEPS; i++) {
      long size = 1 + i * 37 % 500;
      clean(() -> queue(size));
      if (i % 3 == 0) {
        clean(sender::submit);
        clean(this::lookOn);
        clean(() -> receive(whileHandling));
      }
    }
    clean(this::take);
    clean(this::giveBack);
    clean(this::takeMany);
    clean(() -> sender.awaitHandled(Duration.ZERO));
    clean(receiver::state);
    clean(sender::receivers);
  }

  private void queue(long size) {
    if (kind.isSmall()) {
      sender.tryQueue(message.asSlice(0, size));
      return;
    }
    long address = sender.allocate(size);
    if (address != Address.NULL && !sender.tryQueue(address)) {
      sender.free(address);
    }
  }

  private void receive(Runnable whileHandling) {
    receiver.poll(
        (_, payload) -> {
          received++;
          payload.fill((byte) 1);
          whileHandling.run();
        },
        2);
  }

  private void lookOn() {
    tap.poll(message -> message.fill((byte) 1), STEPS);
    tap.await(Duration.ZERO);
    tap.state();
    tap.missed();
  }

  private void take() {
    long taken = receiver.take();
    if (taken != Address.NULL) {
      receiver.free(taken);
    }
  }

  private void giveBack() {
    long taken = receiver.take();
    if (taken != Address.NULL && delivery == Delivery.TO_EACH) {
      receiver.free(taken);
    } else if (taken != Address.NULL) {
      receiver.giveBack(taken);
    }
  }

  private void takeMany() {
    long[] taken = new long[4];
    receiver.free(taken, 0, receiver.take(taken, 0, taken.length));
  }

  /** A result, or an exception that says something; anything else is a defect. */
  private static void clean(Runnable step) {
    try {
      step.run();
    } catch (HringException | IllegalArgumentException | IllegalStateException e) {
      assertThat(e).hasMessageMatching("(?s).{10,}");
      // The janitor's thread wraps what it met.
      if (e.getCause() instanceof IndexOutOfBoundsException
          || e.getCause() instanceof NullPointerException
          || e.getCause() instanceof ArithmeticException
          || e.getCause() instanceof ClassCastException) {
        throw e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    clean(tap::close);
    clean(receiver::close);
    clean(sender::close);
    arena.close();
    // A sender that is ruined cannot always tell which file is its own.
    Files.deleteIfExists(file);
  }
}
