package hring.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.broadcast.BroadcastBufferDescriptor;
import org.agrona.concurrent.broadcast.BroadcastReceiver;
import org.agrona.concurrent.broadcast.BroadcastTransmitter;

/**
 * Messages of 8 bytes to each receiver, over Agrona's broadcast buffer. It overwrites what a slow
 * receiver has not read; so the buffer is larger than what is sent at a time.
 */
final class AgronaBroadcast implements Workload {
  private static final String NAME = "broadcast";
  private static final int CAPACITY = 1 << 20;
  private static final int TYPE = 1;
  private static final int LIMIT = 256;

  private final UnsafeBuffer message = new UnsafeBuffer(new byte[Long.BYTES]);

  @Override
  public void sideA(SideA side) throws IOException {
    BroadcastTransmitter transmitter = new BroadcastTransmitter(map(side.directory()));
    side.bursts(
        Long.BYTES,
        (first, count) -> {
          for (long value = first; value < first + count; value++) {
            message.putLong(0, value);
            transmitter.transmit(TYPE, message, 0, Long.BYTES);
          }
        });
  }

  private static UnsafeBuffer map(Path directory) throws IOException {
    int size = CAPACITY + BroadcastBufferDescriptor.TRAILER_LENGTH;
    MemorySegment memory = SharedFile.map(directory.resolve(NAME), size);
    return new UnsafeBuffer(memory.address(), size);
  }

  @Override
  public void sideB(SideB side) throws IOException {
    BroadcastReceiver receiver = new BroadcastReceiver(map(side.directory()));
    side.ready();
    while (side.goesOn()) {
      int count = 0;
      long sum = 0;
      while (count < LIMIT && receiver.receiveNext()) {
        sum += receiver.buffer().getLong(receiver.offset());
        count++;
        if (!receiver.validate()) {
          throw new IllegalStateException("messages were overwritten before they were read");
        }
      }
      if (count == 0) {
        LockSupport.parkNanos(SideB.IDLE_NANOS);
      }
      side.received(count, sum);
    }
  }
}
