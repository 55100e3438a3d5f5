package hring.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.Hring;
import hring.api.NameException;
import hring.api.RegionException;
import hring.api.RingInfo;
import hring.api.RingInfo.Condition;
import hring.api.internal.naming.RingDirectory;
import hring.api.internal.naming.RingWatch;
import hring.api.internal.naming.Users;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A file with the name of a region on which its owner has a lease (F_SETLEASE in fcntl(2)): whoever
 * opens it without O_NONBLOCK waits for the owner, 45 seconds if that does nothing.
 */
@Timeout(20)
class LeaseTest {
  private static final int F_SETSIG = 10;
  private static final int F_SETLEASE = 1024;
  private static final int F_WRLCK = 1;
  private static final int AT_FDCWD = -100;
  private static final int O_RDWR = 2;

  /** What tells the holder that somebody wants the file; by default it would end the process. */
  private static final int SIGURG = 23;

  private static final String RING = "leased";

  private final List<LogRecord> logged = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord logRecord) {
          logged.add(logRecord);
        }

        @Override
        public void flush() {
          // Nothing is kept back.
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };

  /** Held: otherwise the logger may be collected, and its handler with it. */
  private final Logger logger = Logger.getLogger("hring");

  private Path directory;
  private Path file;
  private Kernel kernel;
  private int fd;

  @BeforeEach
  void lease() throws IOException {
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "hring-lease");
    file = Files.createFile(directory.resolve(RING + ":1:5:64:4096:0123456789abcdef"));
    try (Arena arena = Arena.ofConfined()) {
      kernel = new Kernel(Arena.ofAuto());
      long path = arena.allocateFrom(file.toString()).address();
      fd = (int) kernel.syscall(SystemCall.OPENAT, AT_FDCWD, path, O_RDWR, 0, 0, 0);
      assertThat(fd).isPositive();
      assertThat(fcntl(F_SETSIG, SIGURG)).isZero();
      assertThat(fcntl(F_SETLEASE, F_WRLCK)).as("the lease").isZero();
    }
    logger.addHandler(handler);
  }

  private long fcntl(int what, int argument) {
    return kernel.syscall(SystemCall.FCNTL, fd, what, argument, 0, 0, 0);
  }

  @AfterEach
  void release() throws IOException {
    logger.removeHandler(handler);
    assertThat(kernel.close(fd)).isZero();
    Files.deleteIfExists(file);
    Files.delete(directory);
  }

  @Test
  void nobodyIsHeldUpWhoListsRemovesOpensOrAttaches() {
    assertThat(Hring.rings(directory))
        .extracting(RingInfo::condition)
        .containsExactly(Condition.UNREADABLE);
    // It may be a living ring of this user, as far as can be seen.
    assertThatThrownBy(() -> Hring.removeStale(directory, RING))
        .isInstanceOf(RegionException.class)
        .hasMessageContaining("has a lease on it");
    assertThatThrownBy(() -> Hring.receiver(RING).directory(directory).attach())
        .isInstanceOf(RegionException.class)
        .hasMessageContaining("has a lease on it");
    assertThat(new RingDirectory(directory).sweep().removed()).isEmpty();
    assertThat(file).exists();
  }

  @Test
  void whoWaitsForARingThatCannotBeLookedAtSaysSoOnceAndLooksAgain() {
    RingWatch watch = new RingWatch(new RingDirectory(directory), RING, Users.own());
    for (int look = 0; look < 3; look++) {
      assertThat(watch.look()).isEmpty();
    }
    assertThat(logged)
        .singleElement()
        .satisfies(
            told -> {
              assertThat(told.getMessage()).contains(file.toString());
              assertThat(told.getThrown()).hasMessageContaining("has a lease on it");
            });
    // Of another user nothing is looked at.
    RingWatch others = new RingWatch(new RingDirectory(directory), RING, Users.own() + 1);
    assertThat(others.look()).isEmpty();
    assertThatThrownBy(
            () ->
                Hring.receiver("another")
                    .directory(directory)
                    .waitFor(Duration.ofMillis(10))
                    .attach())
        .isInstanceOf(NameException.class);
    assertThat(logged).hasSize(1);
  }
}
