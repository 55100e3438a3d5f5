package hring.api.internal.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PatternWatchTest {
  private static final String FILE = "x.%s:1:5:64:4096:0123456789abcdef";

  @TempDir private Path directory;

  private long now;
  private Duration reading = Duration.ZERO;

  /** Each look at the clock is one reading later. */
  private long clock() {
    now += reading.toNanos();
    return now;
  }

  private void makeRing(String name, int changed) throws IOException {
    Files.createFile(directory.resolve(FILE.formatted(name)));
    // The clock of the file system may not have gone on since the last change.
    Files.setLastModifiedTime(directory, FileTime.fromMillis(changed));
  }

  @Test
  void aReadingThatTookLongDoesNotHideNewRingsForLong() throws IOException {
    PatternWatch watch =
        new PatternWatch(new RingDirectory(directory), "x.*", Users.own(), this::clock);
    makeRing("a", 1);
    // As where the thread did not run for a while.
    reading = Duration.ofMillis(600);
    assertThat(watch.candidates()).hasSize(1);
    reading = Duration.ZERO;
    makeRing("b", 2);
    assertThat(watch.candidates()).as("at once").hasSize(1);
    now += Duration.ofSeconds(1).toNanos();
    assertThat(watch.candidates()).as("a second later").hasSize(2);
  }
}
