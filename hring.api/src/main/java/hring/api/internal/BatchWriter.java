package hring.api.internal;

import hring.api.Address;
import hring.api.spi.Allocator;
import hring.api.spi.Outbound;
import hring.api.spi.Owner;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Gathers the addresses of queued messages and sends them as few words: a lone message as itself,
 * several as one batch, that is, a block that lists their addresses. A list ends with {@link
 * Address#NULL} or with the block.
 *
 * <p>A message that was accepted can always be submitted: either it was handed to the transport at
 * once (there was no room in the pool for a list), or it is on a list, and for the list's word
 * there is room in the ring, because that was checked when the list was begun and nobody else uses
 * room up.
 */
public final class BatchWriter {
  /** A list takes up at most this part of the pool. */
  private static final long POOL_SHARE = 128;

  private final Allocator allocator;
  private final Outbound outbound;
  private final PoolView view;
  private final MemorySegment pool;
  private final int owner;
  private final int maxBatch;
  private final Redelivery redelivery;

  /**
   * The block of the list that is being written, kept when a message went alone; NULL if there is
   * none.
   */
  private long block = Address.NULL;

  private long listOffset;
  private int listed;
  private long first;

  /**
   * Makes a writer.
   *
   * @param allocator the sender's allocator
   * @param outbound the sender's end of the ring
   * @param view the pool
   * @param owner the sender's number
   * @param maxBatch how many messages a batch has at most; 1 sends each as itself
   * @param redelivery is told what is queued, or null if dead receivers' messages are discarded
   */
  public BatchWriter(
      Allocator allocator,
      Outbound outbound,
      PoolView view,
      int owner,
      int maxBatch,
      Redelivery redelivery) {
    this.allocator = allocator;
    this.outbound = outbound;
    this.view = view;
    pool = view.pool();
    this.owner = owner;
    this.maxBatch = maxBatch;
    this.redelivery = redelivery;
  }

  /**
   * Tells how many messages a batch may have in a pool.
   *
   * @param wanted how many are wanted
   * @param largestBlock the largest block of the allocator, in bytes
   * @param poolSize the size of the pool in bytes
   * @return at most {@code wanted}; so few that a list fits into a block, and that lists take up
   *     little of the pool
   */
  public static int fit(int wanted, long largestBlock, long poolSize) {
    long bytes = Math.min(largestBlock, poolSize / POOL_SHARE);
    return (int) Math.max(1, Math.min(wanted, bytes / Long.BYTES));
  }

  /**
   * Accepts a message; submits when a batch is full.
   *
   * @param address a block of the sender's
   * @return false if the ring is full; nothing is changed then
   */
  public boolean tryAdd(long address) {
    if (block == Address.NULL && maxBatch > 1) {
      block = allocator.allocate((long) maxBatch * Long.BYTES);
      listOffset = view.offset(block);
      if (redelivery != null && block != Address.NULL) {
        redelivery.list(block);
      }
    }
    if (listed == 0 && !outbound.hasRoom()) {
      return false;
    }
    allocator.transfer(address, owner, Owner.IN_FLIGHT);
    if (redelivery != null) {
      redelivery.message(address);
    }
    if (block == Address.NULL) {
      return outbound.tryQueue(address);
    }
    if (listed == 0) {
      first = address;
    }
    pool.set(ValueLayout.JAVA_LONG, listOffset + (long) listed * Long.BYTES, address);
    if (++listed == maxBatch) {
      submit();
    }
    return true;
  }

  /**
   * Tells how many words of the ring are reserved for messages that were accepted.
   *
   * @return 1 if a list was begun, else 0
   */
  public int reserved() {
    return listed > 0 ? 1 : 0;
  }

  /** Submits every message that was accepted. */
  public void submit() {
    if (listed == 1) {
      enqueue(first);
    } else if (listed > 1) {
      if (listed < maxBatch) {
        pool.set(ValueLayout.JAVA_LONG, listOffset + (long) listed * Long.BYTES, Address.NULL);
      }
      long list = block;
      allocator.transfer(list, owner, Owner.IN_FLIGHT);
      block = Address.NULL;
      enqueue(Address.asBatch(list));
    }
    outbound.submit();
  }

  private void enqueue(long word) {
    listed = 0;
    if (!outbound.tryQueue(word)) {
      throw new IllegalStateException(
          "the ring is full although room was reserved for " + Address.toString(word));
    }
  }

  /** Gives the block of an empty list back. */
  public void close() {
    if (block != Address.NULL && listed == 0) {
      allocator.free(block);
      block = Address.NULL;
    }
  }
}
