package hring.cli;

import hring.api.Address;
import hring.api.Sender;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Puts input into messages. Waits while the pool or the ring is full: what is queued is submitted
 * first, so that receivers can make room.
 */
final class MessageWriter {
  private final Sender sender;
  private final Patience patience;
  private long address;

  MessageWriter(Sender sender, Patience patience) {
    this.sender = sender;
    this.patience = patience;
  }

  /**
   * Reads a message from a channel, straight into its block, and submits it.
   *
   * @param length how many bytes at most
   * @param fill whether to read on until there are so many, or send what the first read gave
   * @return how many bytes it has, 0 at the end of the input
   */
  int writeFrom(ReadableByteChannel input, int length, boolean fill) throws IOException {
    long block = allocate(length);
    ByteBuffer buffer = sender.segment(block).asByteBuffer();
    int last = input.read(buffer);
    while (fill && last >= 0 && buffer.hasRemaining()) {
      last = input.read(buffer);
    }
    int read = buffer.position();
    if (read == length) {
      queue(block);
    } else if (read > 0) {
      // A block cannot shrink, and its length is the message's.
      long shorter = allocate(read);
      MemorySegment.copy(sender.segment(block), 0, sender.segment(shorter), 0, read);
      sender.free(block);
      queue(shorter);
    } else {
      sender.free(block);
    }
    sender.submit();
    return read;
  }

  /** Copies a message; it is submitted when the batch is full, or by {@link #submit}. */
  void write(byte[] bytes, int offset, int length) {
    long block = allocate(length);
    MemorySegment.copy(MemorySegment.ofArray(bytes), offset, sender.segment(block), 0, length);
    queue(block);
  }

  void submit() {
    sender.submit();
  }

  /** Takes a block, waiting for one if need be. */
  long allocate(long length) {
    address = sender.allocate(length);
    if (address == Address.NULL) {
      sender.submit();
      patience.until(() -> (address = sender.allocate(length)) != Address.NULL);
    }
    return address;
  }

  /** Queues a block, waiting for room in the ring if need be. */
  void queue(long block) {
    if (!sender.tryQueue(block)) {
      sender.submit();
      patience.until(() -> sender.tryQueue(block));
    }
  }
}
