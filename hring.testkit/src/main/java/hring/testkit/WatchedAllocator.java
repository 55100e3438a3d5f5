package hring.testkit;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.spi.alloc.Allocator;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** An allocator each operation of which is known as an {@link Activity} while it is under way. */
final class WatchedAllocator implements Allocator {
  private final Allocator allocator;
  private final int owner;

  WatchedAllocator(Allocator allocator, int owner) {
    this.allocator = allocator;
    this.owner = owner;
  }

  /** An operation after which the pool is not as before: a failure names the last one. */
  private <T> T change(Supplier<String> name, Supplier<T> operation) {
    Activity.changes(owner, name);
    return watch(name, operation);
  }

  private void change(Supplier<String> name, Runnable operation) {
    Activity.changes(owner, name);
    watch(name, operation);
  }

  private <T> T watch(Supplier<String> name, Supplier<T> operation) {
    Supplier<String> outer = Activity.begin(owner, name);
    try {
      return operation.get();
    } finally {
      Activity.end(outer);
    }
  }

  private void watch(Supplier<String> name, Runnable operation) {
    watch(
        name,
        () -> {
          operation.run();
          return null;
        });
  }

  @Override
  public long largestBlock() {
    return watch(() -> "largestBlock()", allocator::largestBlock);
  }

  @Override
  public long allocate(long size) {
    return change(() -> "allocate(" + size + ")", () -> allocator.allocate(size));
  }

  @Override
  public int allocate(long size, long[] addresses, int from, int to) {
    return change(
        () -> "allocate(" + size + ", " + (to - from) + " blocks)",
        () -> allocator.allocate(size, addresses, from, to));
  }

  @Override
  public void free(long address) {
    change(() -> "free(" + Address.toString(address) + ")", () -> allocator.free(address));
  }

  @Override
  public void free(long[] addresses, int from, int to) {
    change(() -> "free(" + (to - from) + " blocks)", () -> allocator.free(addresses, from, to));
  }

  @Override
  public void transfer(long address, int from, int to) {
    change(
        () -> "transfer(" + Address.toString(address) + ", " + from + ", " + to + ")",
        () -> allocator.transfer(address, from, to));
  }

  @Override
  public int transfer(long[] addresses, int start, int end, int from, int to) {
    return change(
        () -> "transfer(" + (end - start) + " blocks, " + from + ", " + to + ")",
        () -> allocator.transfer(addresses, start, end, from, to));
  }

  @Override
  public boolean tryTransfer(long address, int from, int to, int more) {
    return change(
        () -> "tryTransfer(" + Address.toString(address) + ", " + from + ", " + to + ")",
        () -> allocator.tryTransfer(address, from, to, more));
  }

  @Override
  public int deliveries(long address) {
    return watch(
        () -> "deliveries(" + Address.toString(address) + ")", () -> allocator.deliveries(address));
  }

  @Override
  public void finishOperation(int dead) {
    change(() -> "finishOperation(" + dead + ")", () -> allocator.finishOperation(dead));
  }

  @Override
  public int owner(long address) {
    return watch(() -> "owner(" + Address.toString(address) + ")", () -> allocator.owner(address));
  }

  @Override
  public void forEachBlock(int of, LongConsumer visitor) {
    watch(() -> "forEachBlock(" + of + ")", () -> allocator.forEachBlock(of, visitor));
  }

  @Override
  public int reclaim(int dead) {
    return change(() -> "reclaim(" + dead + ")", () -> allocator.reclaim(dead));
  }

  @Override
  public void flush() {
    change(() -> "flush()", allocator::flush);
  }

  @Override
  public List<String> verify() {
    return watch(() -> "verify()", allocator::verify);
  }

  @Override
  public AllocatorStats stats() {
    return watch(() -> "stats()", allocator::stats);
  }

  @Override
  public void close() {
    change(() -> "close()", allocator::close);
  }
}
