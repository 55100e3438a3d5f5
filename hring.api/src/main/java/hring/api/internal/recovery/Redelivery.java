package hring.api.internal.recovery;

import hring.api.Address;
import hring.api.internal.batch.BatchWriter;
import hring.api.internal.batch.QueueOrder;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.region.Participants;
import hring.api.spi.region.Region;
import hring.api.spi.transport.Outbound;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Brings the messages of dead receivers to the next one. The janitor's thread saves them and hands
 * them over; the sender's thread, which alone may queue, writes their addresses into lists, each
 * with the batch bit as the mark that says "redelivered", and queues these like any batch. The
 * messages stay where they are.
 *
 * <p>The block of one list is kept in reserve: dead receivers' messages may fill the pool.
 */
public final class Redelivery {
  /** How many messages a list has at most. */
  private static final int LIST = 64;

  private final Allocator allocator;
  private final Outbound outbound;
  private final MemorySegment pool;
  private final PoolGeometry geometry;
  private final QueueOrder order;
  private final long listBytes;

  /** Messages that wait to be queued again, by their place in the order. */
  private final NavigableMap<Long, Long> waiting = new TreeMap<>();

  private volatile boolean pending;
  private long redelivered;
  private int discarded;
  private long reserve = Address.NULL;
  private final long[] word = new long[1];

  /**
   * Makes one.
   *
   * @param region the region
   * @param allocator the sender's allocator
   * @param outbound the sender's end of the ring
   */
  public Redelivery(Region region, Allocator allocator, Outbound outbound) {
    this.allocator = allocator;
    this.outbound = outbound;
    pool = region.pool();
    geometry = region.header().geometry();
    order = new QueueOrder(geometry);
    listBytes =
        (long) Long.BYTES * BatchWriter.fit(LIST, allocator.largestBlock(), geometry.poolSize());
    reserve();
  }

  /**
   * Returns the order in which messages were queued, for whoever queues them to note it.
   *
   * @return the order
   */
  public QueueOrder order() {
    return order;
  }

  /**
   * Saves the messages of a dead receiver: they are in flight afterwards. Called by the janitor.
   *
   * @param dead its owner number; nothing it recorded is in flight any more
   * @return the messages, by their place in the order
   */
  Map<Long, Long> save(int dead) {
    Map<Long, Long> saved = new TreeMap<>();
    allocator.forEachBlock(
        dead,
        address -> {
          long place = order.of(address);
          if (place != QueueOrder.LIST) {
            saved.put(place, address);
          }
        });
    saved.values().forEach(address -> allocator.transfer(address, dead, Owner.IN_FLIGHT));
    return saved;
  }

  /** Hands saved messages to the sender's thread. Called by the janitor. */
  synchronized void handOver(Map<Long, Long> saved) {
    waiting.putAll(saved);
    pending = !waiting.isEmpty();
  }

  /**
   * Tells whether messages wait to be queued again. May be called by any thread.
   *
   * @return true if there are some
   */
  public boolean isPending() {
    // Partner: the writes in handOver(), fill() and close().
    return pending;
  }

  /**
   * Tells how many messages have been queued again. May be called by any thread.
   *
   * @return the number
   */
  public synchronized long redelivered() {
    return redelivered;
  }

  /**
   * Queues as many of the waiting messages as there is room for, and submits them. Called by the
   * sender's thread.
   *
   * @param reserved how many words the ring must have room for afterwards
   */
  public void run(int reserved) {
    while (pending && reserve() && outbound.room() > reserved) {
      if (outbound.queued() > 0) {
        // First: if this throws, the messages still wait.
        outbound.submit();
      }
      fill(reserve);
      allocator.transfer(reserve, Participants.SENDER, Owner.IN_FLIGHT);
      word[0] = Address.asBatch(reserve);
      reserve = Address.NULL;
      while (outbound.queue(word, 0, 1) == 0) {
        outbound.submit();
      }
      outbound.submit();
    }
    reserve();
  }

  /**
   * Tells how many messages were given up when this was closed. May be called by any thread.
   *
   * @return the number
   */
  public synchronized int discarded() {
    return discarded;
  }

  /**
   * Gives up the messages for which there was no room, which stay in flight until the region is
   * gone, and gives back the block in reserve. Called by the sender's thread, at the end.
   */
  public void close() {
    synchronized (this) {
      discarded = waiting.size();
      waiting.clear();
      pending = false;
    }
    if (reserve != Address.NULL) {
      allocator.free(reserve);
      reserve = Address.NULL;
    }
  }

  private boolean reserve() {
    if (reserve == Address.NULL) {
      reserve = allocator.allocate(listBytes);
      if (reserve != Address.NULL) {
        order.list(reserve);
      }
    }
    return reserve != Address.NULL;
  }

  private synchronized void fill(long list) {
    long offset = Address.granules(list) << geometry.granuleShift();
    int count = 0;
    while (count < listBytes / Long.BYTES && !waiting.isEmpty()) {
      long address = waiting.pollFirstEntry().getValue();
      pool.set(ValueLayout.JAVA_LONG, offset + (long) count * Long.BYTES, Address.asBatch(address));
      count++;
    }
    if (count < listBytes / Long.BYTES) {
      pool.set(ValueLayout.JAVA_LONG, offset + (long) count * Long.BYTES, Address.NULL);
    }
    redelivered += count;
    pending = !waiting.isEmpty();
  }
}
