package hring.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Turns each line of a stream into a message, with its newline, so that an empty line is a message
 * too. Only the last line may lack it.
 */
final class LineSplitter {
  private static final int BUFFER = 1 << 16;

  private final InputStream input;
  private final MessageWriter messages;
  private final Progress progress;
  private final long longest;
  private byte[] buffer = new byte[BUFFER];
  private int start;
  private int end;
  private long lines;

  LineSplitter(InputStream input, MessageWriter messages, Progress progress, long longest) {
    this.input = input;
    this.messages = messages;
    this.progress = progress;
    this.longest = longest;
  }

  void run() throws IOException {
    while (fill()) {
      int scan = start;
      while (scan < end) {
        if (buffer[scan++] == '\n') {
          write(scan);
        }
      }
      // Whoever types, or follows a log, sees each line arrive at once.
      messages.submit();
    }
    if (start < end) {
      write(end);
      messages.submit();
    }
  }

  private boolean fill() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    } else if (end == buffer.length) {
      requireRoom(end + 1L);
      buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
    }
    int read = input.read(buffer, end, buffer.length - end);
    end += Math.max(read, 0);
    return read >= 0;
  }

  private void write(int lineEnd) {
    int length = lineEnd - start;
    requireRoom(length);
    messages.write(buffer, start, length);
    progress.add(length);
    start = lineEnd;
    lines++;
  }

  private void requireRoom(long length) {
    if (length > longest) {
      throw new Failure(
          ExitCode.ERROR,
          "line "
              + (lines + 1)
              + " is longer than "
              + longest
              + " bytes, the largest message of this pool; use a larger --pool, another"
              + " --allocator, or --chunk instead of --lines");
    }
  }
}
