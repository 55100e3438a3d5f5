package hring.api.internal.batch;

import hring.api.Address;
import hring.api.spi.alloc.PoolGeometry;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers, outside the region, in which order the messages were queued that lie in the pool, and
 * which blocks are lists of batches. So the messages of a dead receiver can be put in order again,
 * without anything that receivers write. A receiver claims in this order, too.
 */
public final class QueueOrder {
  /** Of a block that never was a message. */
  public static final long LIST = 0;

  private final AtomicLongArray numbers;
  private long last;

  /**
   * Makes one for an empty pool.
   *
   * @param geometry the sizes of the pool
   */
  public QueueOrder(PoolGeometry geometry) {
    numbers = new AtomicLongArray(Math.toIntExact(geometry.granules()));
  }

  /**
   * Notes that messages are about to be queued, in this order. Called by the sender's thread.
   *
   * @param addresses begins with blocks that were the sender's
   * @param count how many
   */
  public void messages(long[] addresses, int count) {
    for (int i = 0; i < count; i++) {
      message(addresses[i]);
    }
  }

  private void message(long address) {
    // Partner: the acquire in of(), by the janitor, which learns of the block only by way of a
    // receiver that claimed it afterwards.
    numbers.setRelease((int) Address.granules(address), ++last);
  }

  /**
   * Notes that a block becomes the list of a batch. Called by the sender's thread, before it is
   * queued.
   *
   * @param address a block of the sender's
   */
  public void list(long address) {
    numbers.setRelease((int) Address.granules(address), LIST);
  }

  /**
   * Tells where in the order a block is.
   *
   * @param address a live block
   * @return its number, {@link #LIST} if it is a list
   */
  public long of(long address) {
    // Partner: the releases in message() and list().
    return numbers.getAcquire((int) Address.granules(address));
  }
}
