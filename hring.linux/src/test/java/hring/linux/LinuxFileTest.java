package hring.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.spi.region.OpenFile;
import hring.api.spi.region.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinuxFileTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "22 | hring needs Linux 4.11 and a tmpfs",
        "37 | close files or end processes",
        "1  | seccomp",
        "38 | seccomp"
      })
  void aLockThatIsRefusedSaysWhatToDo(int errno, String remedy) {
    assertThat(LinuxFile.lockHint(errno)).contains(remedy);
  }

  @Test
  void aReadersLockHoldsOffAWritersAndIsNoLife() throws IOException {
    Path path = Files.createFile(directory.resolve("file"));
    try (OpenFile reader = SystemCalls.present().open(path, false);
        OpenFile writer = SystemCalls.present().open(path, true);
        OpenFile look = SystemCalls.present().open(path, false)) {
      assertThat(reader.tryLockShared(7, 1)).isTrue();
      assertThat(writer.tryLock(7, 1)).isFalse();
      assertThat(look.isLocked(7, 1)).isFalse();
      reader.close();
      assertThat(writer.tryLock(7, 1)).isTrue();
      assertThat(look.isLocked(0, 256)).isTrue();
      assertThat(writer.isLocked(7, 1)).as("its own").isFalse();
      writer.unlock(7, 1);
      assertThat(look.isLocked(0, 256)).isFalse();
    }
  }

  @Test
  void aFileThatIsRemovedHasNoName() throws IOException {
    Path path = Files.createFile(directory.resolve("file"));
    try (OpenFile file = SystemCalls.present().open(path, false)) {
      assertThat(file.isLinked()).isTrue();
      assertThat(file.facts().links()).isEqualTo(1);
      Files.delete(path);
      assertThat(file.isLinked()).isFalse();
      file.close();
      assertThatThrownBy(file::isLinked).isInstanceOf(IOException.class);
    }
  }

  /** A child would keep the locks of a process that has died, see O_CLOEXEC in open(2). */
  @Test
  void noProgramInheritsADescriptor() throws IOException {
    Path path = Files.createFile(directory.resolve("file"));
    try (OpenFile file = SystemCalls.present().open(path, true)) {
      String descriptor = file.toString().replaceAll(".*descriptor (\\d+).*", "$1");
      assertThat(Files.readAllLines(Path.of("/proc/self/fdinfo", descriptor)))
          .filteredOn(line -> line.startsWith("flags:"))
          .singleElement()
          .matches(line -> (Integer.parseInt(line.replaceAll("\\D", ""), 8) & 0x80000) != 0);
    }
  }
}
