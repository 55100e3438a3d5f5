package hring.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Messages of 8 bytes and a table of their owners in plain shared memory, used in turn, as near to
 * each other as in hring's pool: no allocator, no claim, no repair. What is left is what every
 * message costs that has a place of its own and an owner: two lines, which both sides write or
 * read.
 */
final class BareMessages {
  private static final int COUNT = 1 << 16;
  private static final int STRIDE = 16;
  private static final long OWNERS = (long) COUNT * STRIDE;
  private static final int FREE = 0;
  private static final int IN_FLIGHT = 1;
  private static final int RECEIVED = 2;

  private final MemorySegment memory;

  BareMessages(Path file) throws IOException {
    memory = SharedFile.map(file, OWNERS + (long) COUNT * Integer.BYTES);
  }

  /** Writes a message to the place of its value. */
  void put(long value) {
    memory.set(JAVA_LONG, place(value) * STRIDE, value);
    memory.set(JAVA_INT, owner(value), IN_FLIGHT);
  }

  /** Takes the message at the place of a value over, and reads it. */
  long take(long value) {
    if (memory.get(JAVA_INT, owner(value)) != IN_FLIGHT) {
      throw new IllegalStateException("the message " + value + " is not in flight");
    }
    memory.set(JAVA_INT, owner(value), RECEIVED);
    return memory.get(JAVA_LONG, place(value) * STRIDE);
  }

  void free(long value) {
    memory.set(JAVA_INT, owner(value), FREE);
  }

  private static long owner(long value) {
    return OWNERS + place(value) * Integer.BYTES;
  }

  private static long place(long value) {
    return value & COUNT - 1;
  }
}
