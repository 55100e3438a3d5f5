package hring.tests;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import hring.api.Hring;
import hring.api.Receiver;
import hring.api.StreamState;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A receiver in another process that notes in a file which messages it has handled, a byte for
 * each, until the stream ends. What it has noted stays when it is killed.
 */
final class Handler {
  private static final int POLL = 20;
  private static final long WORK_NANOS = 5_000;

  private Handler() {}

  /** Arguments: name, ledger. */
  public static void main(String[] args) throws IOException {
    try (Receiver receiver = Hring.receiver(args[0]).waitFor(TestRings.PATIENCE).attach();
        Arena arena = Arena.ofConfined()) {
      MemorySegment ledger = ledger(Path.of(args[1]), arena);
      do {
        while (receiver.poll((_, payload) -> note(ledger, payload), POLL) > 0) {
          // Until nothing is there.
        }
        receiver.await(TestRings.PATIENCE);
      } while (receiver.state() == StreamState.OPEN);
    }
  }

  static MemorySegment ledger(Path file, Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
    }
  }

  /** Adds one. No message is handled by two at the same time, so plain access will do. */
  static void note(MemorySegment ledger, MemorySegment payload) {
    long number = payload.get(JAVA_LONG, 0);
    ledger.set(JAVA_BYTE, number, (byte) (ledger.get(JAVA_BYTE, number) + 1));
    // Slower than the sender, so that there is always something to take back.
    long start = System.nanoTime();
    while (System.nanoTime() - start < WORK_NANOS) {
      Thread.onSpinWait();
    }
  }
}
