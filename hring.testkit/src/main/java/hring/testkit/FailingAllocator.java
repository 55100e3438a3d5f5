package hring.testkit;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.spi.alloc.Allocator;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * An allocator that says that the pool is exhausted, every n-th time it is asked. For tests of
 * programs that must cope with it.
 */
public final class FailingAllocator implements Allocator {
  private final Allocator allocator;
  private final int every;
  private int asked;

  /**
   * Wraps an allocator.
   *
   * @param allocator does all else
   * @param every how often it fails, at least 1, which is always
   * @throws IllegalArgumentException if {@code every} is less than 1
   */
  public FailingAllocator(Allocator allocator, int every) {
    if (every < 1) {
      throw new IllegalArgumentException("every " + every + " is less than 1");
    }
    this.allocator = allocator;
    this.every = every;
  }

  @Override
  public long allocate(long size) {
    if (++asked % every == 0 && size >= 1 && size <= largestBlock()) {
      return Address.NULL;
    }
    return allocator.allocate(size);
  }

  @Override
  public long largestBlock() {
    return allocator.largestBlock();
  }

  @Override
  public void free(long address) {
    allocator.free(address);
  }

  @Override
  public void free(long[] addresses, int from, int to) {
    allocator.free(addresses, from, to);
  }

  @Override
  public void transfer(long address, int from, int to) {
    allocator.transfer(address, from, to);
  }

  @Override
  public int transfer(long[] addresses, int start, int end, int from, int to) {
    return allocator.transfer(addresses, start, end, from, to);
  }

  @Override
  public boolean tryTransfer(long address, int from, int to, int more) {
    return allocator.tryTransfer(address, from, to, more);
  }

  @Override
  public int deliveries(long address) {
    return allocator.deliveries(address);
  }

  @Override
  public int owner(long address) {
    return allocator.owner(address);
  }

  @Override
  public void forEachBlock(int owner, LongConsumer visitor) {
    allocator.forEachBlock(owner, visitor);
  }

  @Override
  public void finishOperation(int owner) {
    allocator.finishOperation(owner);
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
