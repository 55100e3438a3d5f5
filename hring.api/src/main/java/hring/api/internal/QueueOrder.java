package hring.api.internal;

import hring.api.Address;
import hring.api.spi.PoolGeometry;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers, outside the region, in which order the messages were queued that lie in the pool, and
 * which blocks are lists of batches. So the messages of a dead receiver can be put in order again,
 * without anything that receivers write. A receiver claims in this order, too.
 */
final class QueueOrder {
  /** Of a block that never was a message. */
  static final long LIST = 0;

  private final AtomicLongArray numbers;
  private long last;

  QueueOrder(PoolGeometry geometry) {
    numbers = new AtomicLongArray(Math.toIntExact(geometry.granules()));
  }

  /** Notes that a block is queued as a message. By the sender's thread, before it is queued. */
  void message(long address) {
    // Partner: the acquire in of(), by the janitor, which learns of the block only by way of a
    // receiver that claimed it afterwards.
    numbers.setRelease((int) Address.granules(address), ++last);
  }

  /**
   * Notes that a block becomes the list of a batch. By the sender's thread, before it is queued.
   */
  void list(long address) {
    numbers.setRelease((int) Address.granules(address), LIST);
  }

  /**
   * Tells where in the order a block is.
   *
   * @param address a live block
   * @return its number, {@link #LIST} if it is a list
   */
  long of(long address) {
    // Partner: the releases in message() and list().
    return numbers.getAcquire((int) Address.granules(address));
  }
}
