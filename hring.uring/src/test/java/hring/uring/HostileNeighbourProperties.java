package hring.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Address;
import hring.api.Hring;
import hring.api.HringException;
import hring.api.Placement;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.spi.HeaderLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Assertions;

/**
 * Somebody with write access scribbles into the region between the steps of a sender and a
 * receiver: whatever they find, they end with a result or a clean exception, in bounded time.
 */
class HostileNeighbourProperties {
  private static final int POOL = 64 << 10;
  private static final int STEPS = 20;
  private static final Duration WATCHDOG = Duration.ofSeconds(20);

  /**
   * One write.
   *
   * @param where a position among the words of the region, all parts alike
   * @param value what is written
   */
  record Scribble(double where, long value) {}

  @Provide
  Arbitrary<Scribble> scribbles() {
    Arbitrary<Long> values =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.longs().between(-3, 200),
            Arbitraries.of(Long.MIN_VALUE, -1L, 0L, 1L << 32, (1L << 56) - 1, 8L << 32));
    return Combinators.combine(Arbitraries.doubles().between(0, 1), values).as(Scribble::new);
  }

  @Property(tries = 300)
  void anywhereInTheRegion(
      @ForAll @Size(min = 1, max = 6) List<@net.jqwik.api.From("scribbles") Scribble> scribbles) {
    run(scribbles, 0, Long.MAX_VALUE);
  }

  @Property(tries = 300)
  void inTheHeaderAndTheSlots(
      @ForAll @Size(min = 1, max = 6) List<@net.jqwik.api.From("scribbles") Scribble> scribbles) {
    run(scribbles, HeaderLayout.TRANSPORT_AREA, 4 * HeaderLayout.SIZE);
  }

  @Property(tries = 300)
  void inTheRing(
      @ForAll @Size(min = 1, max = 6) List<@net.jqwik.api.From("scribbles") Scribble> scribbles) {
    // Behind the header and 64 slots of 1 KiB.
    long rings = HeaderLayout.SIZE + (64L << 10);
    run(scribbles, rings, rings + 256);
  }

  private static void run(List<Scribble> scribbles, long from, long to) {
    Assertions.assertTimeoutPreemptively(WATCHDOG, () -> exchange(scribbles, from, to));
  }

  private static void exchange(List<Scribble> scribbles, long from, long to) throws IOException {
    String name = Numbers.uniqueRing();
    Path file = null;
    try (Sender sender =
            Numbers.ring(name)
                .poolSize(POOL)
                .ringEntries(8, 16)
                .maxBatch(4)
                .placement(Placement.IN_REGION)
                .open();
        Receiver receiver = Hring.receiver(name).attach();
        Arena arena = Arena.ofConfined()) {
      file =
          Hring.rings().stream()
              .filter(r -> r.name().equals(name))
              .findFirst()
              .orElseThrow()
              .file();
      MemorySegment region;
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        region = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
      }
      long words = (Math.min(to, region.byteSize()) - from) / Long.BYTES;
      for (Scribble scribble : scribbles) {
        traffic(sender, receiver);
        long offset = from + Math.min(words - 1, (long) (scribble.where * words)) * Long.BYTES;
        if ((scribble.value & 1) == 0) {
          region.set(JAVA_LONG, offset, scribble.value);
        } else {
          region.set(JAVA_INT, offset, (int) scribble.value);
        }
      }
      traffic(sender, receiver);
    } catch (HringException | IllegalArgumentException | IllegalStateException e) {
      assertThat(e).hasMessageMatching("(?s).{10,}");
    } finally {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void traffic(Sender sender, Receiver receiver) {
    for (int i = 0; i < STEPS; i++) {
      long address = sender.allocate(1 + i * 37 % 500);
      if (address != Address.NULL && !sender.tryQueue(address)) {
        sender.free(address);
      }
      if (i % 3 == 0) {
        sender.submit();
        receiver.poll((_, payload) -> payload.fill((byte) 1), 5);
      }
    }
    long taken = receiver.take();
    if (taken != Address.NULL) {
      receiver.free(taken);
    }
    receiver.state();
  }
}
