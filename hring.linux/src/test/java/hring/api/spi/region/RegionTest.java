package hring.api.spi.region;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.DeathPolicy;
import hring.api.RegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RegionTest {
  @Test
  void aRegionIsVisibleOnlyWhenItIsComplete() throws IOException {
    String name = RegionFixture.uniqueName();
    try (Region region =
        Region.create(RegionFixture.spec(name, RegionFiles.SHM, RegionFixture.POOL))) {
      assertThat(region.file().getFileName().toString()).startsWith(Region.TEMPORARY_PREFIX);
      assertThat(RegionName.parse(region.file().getFileName().toString())).isEmpty();
      region.publish(7, 8, 16);
      assertThat(region.state()).isEqualTo(HeaderLayout.STATE_OPENING);
      assertThat(region.file().getFileName().toString())
          .startsWith(name + ":" + ProcessHandle.current().pid() + ":7:8:16:");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(region.file())))
          .isEqualTo("rw-------");
      region.delete();
      assertThat(region.file()).doesNotExist();
    }
  }

  @Test
  void attachingShowsTheSameBytesAndSizes() {
    try (Region region = RegionFixture.published()) {
      try (Region other = Region.attach(region.file(), true)) {
        region.pool().set(JAVA_LONG, 0, 42);
        assertThat(other.pool().get(JAVA_LONG, 0)).isEqualTo(42);
        assertThat(other.header().pool()).isEqualTo(region.header().pool());
        assertThat(other.header().senderPid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(other.header().ringName()).isEqualTo(region.header().ringName());
        assertThat(other.header().submissionEntries()).isEqualTo(8);
        assertThat(other.header().completionEntries()).isEqualTo(16);
        assertThat(other.header().allocator()).isEqualTo("any");
        assertThat(other.header().transportOptions()).isEqualTo(region.header().transportOptions());
        assertThat(other.header().allocatorOptions()).isEqualTo(region.header().allocatorOptions());
        assertThat(other.header().deathPolicy()).isEqualTo(DeathPolicy.REDELIVER);
        assertThat(other.header().deliveryLimit()).isEqualTo(7);
        assertThat(other.isSenderAlive()).isTrue();
        assertThat(other.state()).isEqualTo(HeaderLayout.STATE_OPEN);
      }
      region.delete();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"block", "block=", "Block=1", "a=1&a=2", "a=1&", "a=\u001b[2J", "a=\u00e4"})
  void optionsThatCannotBeAreRefused(String options) {
    Region region = RegionFixture.published();
    try (region) {
      for (long offset :
          new long[] {HeaderLayout.TRANSPORT_OPTIONS, HeaderLayout.ALLOCATOR_OPTIONS}) {
        MemorySegment field = region.headerMemory().asSlice(offset, HeaderLayout.OPTIONS_SIZE);
        byte[] sound = field.toArray(JAVA_BYTE);
        field.fill((byte) 0).setString(0, options);
        assertThatThrownBy(() -> Region.attach(region.file(), true))
            .isInstanceOf(RegionException.class)
            .hasMessageContaining("the options of its ")
            .hasMessageMatching("\\p{Print}+");
        MemorySegment.copy(sound, 0, field, JAVA_BYTE, 0, sound.length);
      }
    } finally {
      region.delete();
    }
  }

  @Test
  void aRegionThatDoesNotFitIsRefusedAndLeavesNothing() throws IOException {
    String name = RegionFixture.uniqueName();
    long tooMuch = Files.getFileStore(RegionFiles.SHM).getTotalSpace() / 4096 * 4096 + 4096;
    assertThatThrownBy(() -> Region.create(RegionFixture.spec(name, RegionFiles.SHM, tooMuch)))
        .isInstanceOf(RegionException.class)
        .hasMessageContaining("does not fit")
        .hasMessageContaining("hring rm --stale");
    try (Stream<Path> files = Files.list(RegionFiles.SHM)) {
      assertThat(files).noneMatch(f -> f.getFileName().toString().contains(name));
    }
  }

  @Test
  void aMissingDirectoryIsNamed(@TempDir Path directory) {
    Path missing = directory.resolve("missing");
    RegionSpec spec = RegionFixture.spec("x", missing, RegionFixture.POOL);
    assertThatThrownBy(() -> Region.create(spec))
        .isInstanceOf(RegionException.class)
        .hasMessageContaining(missing.toString());
  }

  @Test
  void aLinkIsNotFollowed(@TempDir Path directory) throws IOException {
    try (Region region = RegionFixture.published()) {
      Path link = Files.createSymbolicLink(directory.resolve("link"), region.file());
      assertThatThrownBy(() -> Region.attach(link, true)).isInstanceOf(RegionException.class);
      region.delete();
    }
  }

  @Test
  void theFirstReasonForGivingUpStays() {
    try (Region region = RegionFixture.published()) {
      region.markAborted("first");
      region.markAborted("second");
      region.markClosed();
      assertThat(region.state()).isEqualTo(HeaderLayout.STATE_ABORTED);
      assertThat(region.abortReason()).isEqualTo("first");
      region.delete();
    }
  }

  /** The janitor may find that the file was removed, just when the sender is opened or closed. */
  @Test
  void whatEndedFirstIsTheEnd() throws Exception {
    try (Region region = RegionFixture.published()) {
      region.markClosed();
      region.markAborted("too late");
      assertThat(region.state()).isEqualTo(HeaderLayout.STATE_CLOSED);
      region.delete();
    }
    try (Region region = RegionFixture.unpublished(RegionFixture.uniqueName())) {
      region.markAborted("before it was open");
      region.markOpen();
      assertThat(region.state()).isEqualTo(HeaderLayout.STATE_ABORTED);
      region.delete();
    }
    for (int round = 0; round < 2000; round++) {
      try (Region region = RegionFixture.unpublished(RegionFixture.uniqueName())) {
        Thread other = Thread.ofPlatform().start(() -> region.markAborted("b".repeat(128)));
        if (round % 2 == 0) {
          region.markClosed();
        } else {
          region.markAborted("a".repeat(128));
        }
        int state = region.state();
        String reason = region.abortReason();
        other.join();
        assertThat(region.state()).isEqualTo(state);
        if (state == HeaderLayout.STATE_ABORTED) {
          assertThat(region.abortReason()).isEqualTo(reason).matches("a+|b+");
        }
        region.delete();
      }
    }
  }

  @Test
  void aTruncatedRegionIsAnErrorNotACrash() throws IOException {
    try (Region region = RegionFixture.published()) {
      try (FileChannel file = FileChannel.open(region.file(), StandardOpenOption.WRITE)) {
        file.truncate(HeaderLayout.SIZE);
      }
      assertThatThrownBy(() -> region.pool().get(JAVA_LONG, 0)).isInstanceOf(InternalError.class);
      assertThatThrownBy(() -> Region.attach(region.file(), true))
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("its header says");
      region.delete();
    }
  }

  @Test
  void aParticipantHasASlotUntilItLeaves() {
    try (Region region = RegionFixture.published()) {
      Participants table = region.participants();
      Participant first = table.join();
      Participant second = table.join();
      assertThat(first.owner()).isEqualTo(1);
      assertThat(second.owner()).isEqualTo(2);
      assertThat(table.isAlive(2)).isTrue();
      first.leave();
      assertThat(table.owners()).containsExactly(2);
      assertThat(table.join().owner()).isEqualTo(1);
      region.delete();
    }
  }

  @Test
  void aFullParticipantTableIsAnError() {
    try (Region region = RegionFixture.published()) {
      Participants table = region.participants();
      for (int i = 0; i < RegionFixture.SLOTS; i++) {
        table.join();
      }
      assertThatThrownBy(table::join)
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("64 participant slots");
      region.delete();
    }
  }

  @Test
  void aFileSystemThatMachinesCanShareIsRefused(@TempDir Path directory) throws IOException {
    Assumptions.assumeFalse(
        Files.getFileStore(directory).type().equals("tmpfs"),
        "NOT TESTED: directories on other file systems, because " + directory + " is on a tmpfs");
    RegionSpec spec = RegionFixture.spec("x", directory, RegionFixture.POOL);
    assertThatThrownBy(() -> Region.create(spec))
        .isInstanceOf(RegionException.class)
        .hasMessageContaining("is not on a tmpfs")
        .hasMessageContaining("/dev/shm");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
    try (Region region = RegionFixture.published()) {
      Path copy = Files.copy(region.file(), directory.resolve(region.file().getFileName()));
      assertThatThrownBy(() -> Region.attach(copy, true))
          .isInstanceOf(RegionException.class)
          .hasMessageContaining("is not on a tmpfs");
      region.delete();
    }
  }

  @Test
  void aLookThatFailsIsNotDeath() {
    try (Region region = RegionFixture.published();
        Region other = Region.attach(region.file(), true)) {
      Participants table = region.participants();
      table.join();
      Participant receiver = other.participants().join();
      assertThat(table.look(receiver.owner())).isEqualTo(Liveness.ALIVE);
      region.looks().close();
      assertThat(table.look(receiver.owner())).isEqualTo(Liveness.UNKNOWN);
      receiver.abandon();
      assertThat(table.look(receiver.owner())).isEqualTo(Liveness.UNKNOWN);
      assertThat(table.isAlive(receiver.owner())).isTrue();
      assertThat(table.livingReceivers()).isEqualTo(1);
      assertThat(table.tryBeginReclaim(receiver.owner(), Participants.SENDER)).isFalse();
      assertThat(region.isSenderAlive()).isTrue();
      region.delete();
    }
  }

  /** A reader's lock, or a hostile writer's, on the byte of a slot that is free. */
  @Test
  void aSlotWhoseLockSomebodyElseHasIsPassedOver() throws IOException {
    try (Region region = RegionFixture.published();
        OpenFile stranger = SystemCalls.present().open(region.file(), true)) {
      assertThat(region.participants().join().owner()).isEqualTo(Participants.SENDER);
      assertThat(stranger.tryLock(HeaderLayout.LOCK_BASE, 1)).as("the sender's").isFalse();
      assertThat(stranger.tryLock(HeaderLayout.LOCK_BASE + 1, 1)).isTrue();
      assertThat(region.participants().join().owner()).isEqualTo(3);
      stranger.close();
      assertThat(region.participants().join().owner()).isEqualTo(2);
      region.delete();
    }
  }

  @Test
  void aReclaimThatIsNotFinishedIsTakenOverFromTheDeadOnly() {
    try (Region region = RegionFixture.published();
        Region other = Region.attach(region.file(), true)) {
      Participants table = region.participants();
      table.join();
      Participant dead = other.participants().join();
      Participant helper = other.participants().join();
      assertThat(table.tryBeginReclaim(dead.owner(), Participants.SENDER)).as("alive").isFalse();
      dead.abandon();
      assertThat(table.isAlive(dead.owner())).isFalse();
      assertThat(other.participants().tryBeginReclaim(dead.owner(), helper.owner())).isTrue();
      assertThat(table.tryBeginReclaim(dead.owner(), Participants.SENDER)).isFalse();
      assertThat(table.isAlive(dead.owner())).isFalse();
      helper.abandon();
      assertThat(table.tryBeginReclaim(dead.owner(), Participants.SENDER)).isTrue();
      table.endReclaim(dead.owner());
      assertThat(table.join().owner()).isEqualTo(dead.owner());
      region.delete();
    }
  }

  @Test
  void closingTheRegionCountsAsDeath() {
    try (Region region = RegionFixture.published()) {
      Participants table = region.participants();
      table.join();
      Region other = Region.attach(region.file(), true);
      int owner = other.participants().join().owner();
      assertThat(table.isAlive(owner)).isTrue();
      other.close();
      assertThat(table.look(owner)).isEqualTo(Liveness.DEAD);
      region.delete();
    }
  }
}
