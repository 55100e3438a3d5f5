package hring.bench;

import java.nio.file.Path;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * A queue of Chronicle's in shared memory, for one side: it keeps every message, so its files grow
 * with the run.
 */
final class ChronicleStore implements AutoCloseable {
  private static final long BLOCK_SIZE = 64 << 20;

  private final ChronicleQueue queue;

  ChronicleStore(Path directory, String name) {
    queue =
        SingleChronicleQueueBuilder.binary(directory.resolve(name).toFile())
            .rollCycle(RollCycles.FAST_DAILY)
            .blockSize(BLOCK_SIZE)
            .build();
  }

  ExcerptAppender appender() {
    return queue.createAppender();
  }

  ExcerptTailer tailer() {
    return queue.createTailer();
  }

  static void send(ExcerptAppender appender, long value) {
    try (DocumentContext document = appender.writingDocument()) {
      document.wire().bytes().writeLong(value);
    }
  }

  /** Reads a message, if there is one, and adds it to a sum; returns whether there was one. */
  static boolean read(ExcerptTailer tailer, Sum sum) {
    try (DocumentContext document = tailer.readingDocument()) {
      if (!document.isPresent()) {
        return false;
      }
      sum.add(document.wire().bytes().readLong());
      return true;
    }
  }

  @Override
  public void close() {
    queue.close();
  }
}
