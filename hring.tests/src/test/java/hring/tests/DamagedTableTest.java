package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import hring.api.Hring;
import hring.api.HringException;
import hring.api.InvalidAddressException;
import hring.api.Receiver;
import hring.api.Sender;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.Users;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionFiles;
import hring.testkit.ChildJvm;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A neighbour says in the block table that every granule of the pool is a receiver's block. */
@Timeout(120)
class DamagedTableTest {
  private static final int GRANULE = 16;
  private static final long POOL = 16 << 20;
  private static final int RECEIVER = 2;

  /** What failed first is told, and how much else did: a million exceptions would not fit. */
  @ParameterizedTest
  @ValueSource(strings = {"slab", "buddy"})
  void closingInASmallHeapTellsWhatFailedFirst(String allocator) throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            List.of(), List.of("-Xmx32m"), Closing.class, TestRings.uniqueRing(), allocator)) {
      assertThat(child.finish().lines())
          .hasSize(2)
          .allMatch(line -> line.matches("closed|.*Exception.* with [01] suppressed"));
    }
  }

  static final class Closing {
    public static void main(String[] args) {
      Sender sender =
          Hring.sender(args[0]).allocator(args[1]).poolSize(POOL).granule(GRANULE).open();
      Receiver receiver = Hring.receiver(args[0]).attach();
      SequenceMessages.send(sender, 0, 1000);
      receiver.take();
      try (Region region =
          Region.attach(new RingDirectory(RegionFiles.SHM).find(args[0], Users.own()), true)) {
        for (long granule = 0; granule < POOL / GRANULE; granule++) {
          region
              .metadata()
              .set(ValueLayout.JAVA_INT, granule * Integer.BYTES, RECEIVER << 24 | GRANULE);
        }
      }
      close(receiver);
      close(sender);
    }

    private static void close(AutoCloseable end) {
      try {
        end.close();
        System.out.println("closed");
      } catch (HringException | InvalidAddressException e) {
        System.out.println(
            e.getClass().getName() + " with " + e.getSuppressed().length + " suppressed");
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
  }
}
