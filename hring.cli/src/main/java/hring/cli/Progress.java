package hring.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A line on standard error that tells how much was sent, if standard error is a terminal. */
final class Progress implements AutoCloseable {
  private static final Path STDERR = Path.of("/proc/self/fd/2");
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int WIDTH = 30;
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final boolean enabled;

  /** The size of the input in bytes, 0 if it is not known. */
  private final long total;

  private final long start = System.nanoTime();
  private long shown = start;
  private long done;

  Progress(boolean enabled, long total) {
    this.enabled = enabled;
    this.total = total;
  }

  static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(STDERR).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      // Closed, or no /proc: nobody would see the line.
      return false;
    }
  }

  void add(long bytes) {
    done += bytes;
    if (enabled && System.nanoTime() - shown >= STEP_NANOS) {
      show();
    }
  }

  private void show() {
    shown = System.nanoTime();
    double seconds = Math.max(1, shown - start) / NANOS_PER_SECOND;
    String rate = ByteSize.format((long) (done / seconds)) + "/s";
    // ESC [ K clears what a longer line left.
    System.err.print("\r" + bar() + ByteSize.format(done) + "  " + rate + "\u001b[K");
    System.err.flush();
  }

  private String bar() {
    if (total <= 0) {
      return "";
    }
    double part = Math.min(1, (double) done / total);
    int filled = (int) (part * WIDTH);
    return "["
        + "=".repeat(filled)
        + " ".repeat(WIDTH - filled)
        + "] %3.0f %%  ".formatted(part * 100);
  }

  @Override
  public void close() {
    if (enabled) {
      show();
      System.err.println();
    }
  }
}
