package hring.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor warns a user whose rings systemd will remove. */
class RemoveIpcTest {
  private static final long ALICE = 1000;

  @TempDir private Path root;

  private String sentence() throws IOException {
    return RemoveIpc.sentence(root, ALICE, "alice");
  }

  @Test
  void warnsOnlyWhereSystemdRuns() throws IOException {
    assertThat(sentence()).contains("no systemd");
    Files.createDirectories(root.resolve("run/systemd/system"));
    assertThat(sentence()).startsWith("WARNING").contains("enable-linger alice");
  }

  @Test
  void warnsOnlyUsersWhoLogOut() throws IOException {
    Files.createDirectories(root.resolve("run/systemd/system"));
    assertThat(RemoveIpc.sentence(root, 999, "daemon")).contains("system user");
    Path linger = Files.createDirectories(root.resolve("var/lib/systemd/linger"));
    Files.createFile(linger.resolve("alice"));
    assertThat(sentence()).contains("lingers");
  }

  @Test
  void theLastSettingCounts() throws IOException {
    Files.createDirectories(root.resolve("run/systemd/system"));
    Path etc = Files.createDirectories(root.resolve("etc/systemd"));
    Files.writeString(etc.resolve("logind.conf"), "[Login]\n#RemoveIPC=no\nRemoveIPC=no\n");
    assertThat(sentence()).contains("RemoveIPC=no)");
    Path others = Files.createDirectories(root.resolve("usr/lib/systemd/logind.conf.d"));
    Files.writeString(others.resolve("50.conf"), "[Login]\nRemoveIPC=yes\n");
    assertThat(sentence()).startsWith("WARNING");
    Path own = Files.createDirectories(etc.resolve("logind.conf.d"));
    Files.writeString(own.resolve("50.conf"), "[Login]\n");
    assertThat(sentence()).contains("RemoveIPC=no)");
  }
}
