package hring.api.internal.naming;

import static hring.api.spi.region.HeaderLayout.LOCK_BASE;
import static hring.api.spi.region.HeaderLayout.LOCK_COUNT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.NameException;
import hring.api.RegionException;
import hring.api.spi.region.OpenFile;
import hring.api.spi.region.Region;
import hring.api.spi.region.RegionFiles;
import hring.api.spi.region.RegionFixture;
import hring.api.spi.region.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RingDirectoryTest {
  private final RingDirectory directory = new RingDirectory(RegionFiles.SHM);

  @Test
  void removingADeadRegionNeitherTakesItsNameNorBlocksOthers() throws IOException {
    Region region = RegionFixture.published();
    Path file = region.file();
    String name = region.header().ringName();
    try (OpenFile remover = SystemCalls.present().open(file, true);
        OpenFile joiner = SystemCalls.present().open(file, true)) {
      assertThat(remover.tryLockShared(LOCK_BASE, LOCK_COUNT)).as("its sender lives").isFalse();
      assertThatThrownBy(() -> directory.requireFree(name)).isInstanceOf(NameException.class);
      region.close();
      assertThat(remover.tryLockShared(LOCK_BASE, LOCK_COUNT)).as("its sender died").isTrue();
      assertThat(joiner.tryLock(LOCK_BASE + 1, 1)).as("nobody joins").isFalse();
      assertThatCode(() -> directory.requireFree(name)).doesNotThrowAnyException();
      assertThat(directory.sweep(name).removed()).containsExactly(file);
    } finally {
      region.close();
      Files.deleteIfExists(file);
    }
  }

  @Test
  void aNameIsNotFreeIfNobodyKnowsWhetherItsRingIsAlive() {
    try (Region region = RegionFixture.published()) {
      try {
        RingFile file = directory.named(region.header().ringName()).getFirst();
        IOException cause = new IOException("open failed with EMFILE");
        RegionProbe unknown =
            new RegionProbe(
                RegionProbe.Use.UNKNOWN, RegionProbe.NO_REGION, RegionProbe.NO_STATE, cause);
        assertThatThrownBy(() -> RingDirectory.isTaken(file, unknown))
            .isInstanceOf(RegionException.class)
            .hasMessageContaining("EMFILE")
            .hasMessageContaining(region.file().toString())
            .hasCause(cause);
        assertThat(RingWatch.hasEnded(region.file())).isFalse();
      } finally {
        region.delete();
      }
      assertThat(RingWatch.hasEnded(region.file())).isTrue();
    }
  }
}
