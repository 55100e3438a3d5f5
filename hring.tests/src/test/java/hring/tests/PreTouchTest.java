package hring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.RegionException;
import hring.api.Sender;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.Users;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages that are mapped before the first message. */
@Timeout(60)
class PreTouchTest {
  private static final long POOL = 8 << 20;

  private final String name = TestRings.uniqueRing();

  /** How many bytes of the ring's file this process has mapped, and are there without a fault. */
  private long mapped() throws IOException {
    long kilobytes = 0;
    boolean ours = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        ours = line.contains("/" + name + ":");
      } else if (ours && line.startsWith("Rss:")) {
        kilobytes += Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return kilobytes << 10;
  }

  @Test
  void whoAsksForItHasAllPagesAndOthersThoseThatTheyUsed() throws IOException {
    try (Sender sender = TestRings.ring(name).poolSize(POOL).open()) {
      assertThat(mapped()).isLessThan(POOL);
      try (Receiver receiver = Hring.receiver(name).attach()) {
        assertThat(mapped()).isLessThan(POOL);
        assertThat(receiver.pending()).isZero();
      }
      try (Receiver receiver = Hring.receiver(name).preTouch().attach()) {
        // Twice: as the application sees it, and as hring does.
        assertThat(mapped()).isBetween(2 * POOL, 4 * POOL);
        SequenceMessages.send(sender, 0, 10);
        sender.close();
        assertThat(SequenceMessages.receiveAll(receiver)).hasSize(10).isSorted();
      }
    }
    try (Sender _ = TestRings.ring(name).poolSize(POOL).preTouch().open()) {
      assertThat(mapped()).isGreaterThanOrEqualTo(2 * POOL);
    }
  }

  @Test
  void aFileThatIsTruncatedIsToldAsSuch() throws IOException {
    try (Sender _ = TestRings.ring(name).poolSize(POOL).open();
        Region region =
            Region.attach(new RingDirectory(RegionFiles.SHM).find(name, Users.own()), true)) {
      try (FileChannel file = FileChannel.open(region.file(), StandardOpenOption.WRITE)) {
        file.truncate(region.header().regionSize() - POOL / 2);
      }
      assertThatThrownBy(region::preTouch)
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("truncated");
    }
  }
}
