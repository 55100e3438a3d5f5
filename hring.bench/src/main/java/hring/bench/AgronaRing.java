package hring.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Agrona's ring buffer for one writer and one reader, over a mapped file in shared memory. */
final class AgronaRing {
  private static final int CAPACITY = 1 << 20;
  private static final int TYPE = 1;
  private static final int LIMIT = 256;

  private final OneToOneRingBuffer ring;

  AgronaRing(Path directory, String name) throws IOException {
    int size = CAPACITY + RingBufferDescriptor.TRAILER_LENGTH;
    MemorySegment memory = SharedFile.map(directory.resolve(name), size);
    ring = new OneToOneRingBuffer(new UnsafeBuffer(memory.address(), size));
  }

  /** Writes a message in place; waits while there is no room. */
  void send(int size, long value) {
    int index = ring.tryClaim(TYPE, size);
    while (index < 0) {
      Thread.onSpinWait();
      index = ring.tryClaim(TYPE, size);
    }
    Payload.write(Payload.EVERYTHING, ring.buffer().addressOffset() + index, size, value);
    ring.commit(index);
  }

  int read(MessageHandler handler) {
    return ring.read(handler, LIMIT);
  }
}
