package hring.cli;

import hring.api.Address;
import hring.api.Sender;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Puts input into messages. Waits while the pool or the ring is full: what is queued is submitted
 * first, so that receivers can make room.
 */
final class MessageWriter {
  /**
   * How many bytes are queued before they are submitted, though the batch may have room for more:
   * receivers are to work while the next are read.
   */
  private static final long QUEUED_BYTES = 256 << 10;

  private final Sender sender;
  private final Patience patience;
  private long address;

  /** How many bytes were queued since the last submit. */
  private long queued;

  /** How many bytes the input is known to hold, so that reading them does not block. */
  private long readable;

  MessageWriter(Sender sender, Patience patience) {
    this.sender = sender;
    this.patience = patience;
  }

  /**
   * Reads a message from a stream, straight into its block, and queues it. It is submitted when
   * enough are queued, or before a read that may have to wait for input.
   *
   * @param length how many bytes at most
   * @param fill whether to read on until there are so many, or send what the first read gave
   * @return how many bytes it has, 0 at the end of the input
   */
  int writeFrom(FileInputStream input, int length, boolean fill) throws IOException {
    long block = allocate(length);
    ByteBuffer buffer = sender.segment(block).asByteBuffer();
    int last = read(input, buffer);
    while (fill && last >= 0 && buffer.hasRemaining()) {
      last = read(input, buffer);
    }
    int read = buffer.position();
    if (read == length) {
      queue(block, read);
    } else if (read > 0) {
      // A block cannot shrink, and its length is the message's.
      long shorter = allocate(read);
      MemorySegment.copy(sender.segment(block), 0, sender.segment(shorter), 0, read);
      sender.free(block);
      queue(shorter, read);
    } else {
      sender.free(block);
    }
    return read;
  }

  private int read(FileInputStream input, ByteBuffer buffer) throws IOException {
    if (queued > 0 && readable <= 0) {
      readable = input.available();
      if (readable <= 0) {
        submit();
      }
    }
    // By way of the channel, since a read of the file itself cannot be interrupted.
    int read = input.getChannel().read(buffer);
    readable -= read;
    return read;
  }

  /** Copies a message; it is submitted when enough are queued, or by {@link #submit}. */
  void write(byte[] bytes, int offset, int length) {
    long block = allocate(length);
    MemorySegment.copy(MemorySegment.ofArray(bytes), offset, sender.segment(block), 0, length);
    queue(block, length);
  }

  /** Submits what is queued. */
  void submit() {
    queued = 0;
    sender.submit();
  }

  /** Takes a block, waiting for one if need be. */
  long allocate(long length) {
    address = sender.allocate(length);
    if (address == Address.NULL) {
      submit();
      patience.until(() -> (address = sender.allocate(length)) != Address.NULL);
    }
    return address;
  }

  /** Queues a block of so many bytes, waiting for room in the ring if need be. */
  void queue(long block, long length) {
    if (!sender.tryQueue(block)) {
      submit();
      patience.until(() -> sender.tryQueue(block));
    }
    queued += length;
    if (queued >= QUEUED_BYTES) {
      submit();
    }
  }
}
