package hring.api.internal.broadcast;

import hring.api.AllocatorStats;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.transport.Subscription;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A receiver's allocator in a ring that delivers to each. Its messages stay IN_FLIGHT in the block
 * table, since others have them, too. What is its own is what its {@link Subscription} has claimed;
 * to free it is to be done with it. May be used by any thread as far as that may be.
 */
public final class HeldMessages implements Allocator {
  private final Allocator allocator;
  private final Subscription subscription;
  private final int self;

  /**
   * Creates a receiver's.
   *
   * @param allocator the allocator of the ring
   * @param subscription what it has claimed
   * @param self its owner number
   */
  public HeldMessages(Allocator allocator, Subscription subscription, int self) {
    this.allocator = allocator;
    this.subscription = subscription;
    this.self = self;
  }

  @Override
  public void free(long address) {
    if (!subscription.done(address)) {
      throw refused(address);
    }
  }

  @Override
  public void free(long[] addresses, int from, int to) {
    int end = subscription.done(addresses, from, to);
    if (end < to) {
      throw refused(addresses[end]);
    }
  }

  private static InvalidAddressException refused(long address) {
    return new InvalidAddressException(
        address, "is no message of this receiver: it was never taken, or is freed already");
  }

  /** Takes messages over that were claimed: nothing changes, but each must be in flight. */
  @Override
  public int transfer(long[] addresses, int start, int end, int from, int to) {
    int next = start;
    while (next < end && allocator.owner(addresses[next]) == from) {
      next++;
    }
    if (next < end) {
      subscription.done(addresses[next]);
    }
    return next;
  }

  @Override
  public void transfer(long address, int from, int to) {
    if (allocator.owner(address) != from) {
      subscription.done(address);
      throw new InvalidAddressException(address, "was sent, and is not in flight");
    }
  }

  @Override
  public boolean tryTransfer(long address, int from, int to, int deliveries) {
    return false;
  }

  @Override
  public int owner(long address) {
    return subscription.holds(address) ? self : allocator.owner(address);
  }

  @Override
  public void forEachBlock(int owner, LongConsumer visitor) {
    if (owner == self) {
      subscription.forEach(visitor);
    } else {
      allocator.forEachBlock(owner, visitor);
    }
  }

  @Override
  public long largestBlock() {
    return allocator.largestBlock();
  }

  /** A receiver allocates nothing. */
  @Override
  public long allocate(long size) {
    throw new UnsupportedOperationException("a receiver allocates nothing");
  }

  @Override
  public int reclaim(int owner) {
    return allocator.reclaim(owner);
  }

  @Override
  public void flush() {
    allocator.flush();
  }

  @Override
  public List<String> verify() {
    return allocator.verify();
  }

  @Override
  public AllocatorStats stats() {
    return allocator.stats();
  }

  @Override
  public void close() {
    allocator.close();
  }
}
