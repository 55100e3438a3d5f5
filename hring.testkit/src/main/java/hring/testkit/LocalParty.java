package hring.testkit;

import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import java.util.Arrays;

/** A participant in this process. */
record LocalParty(int owner, Allocator allocator, AllocatorMemory memory) implements Party {
  @Override
  public long allocate(long size) {
    return allocator.allocate(size);
  }

  @Override
  public long[] allocate(long size, int count) {
    long[] addresses = new long[count];
    return Arrays.copyOf(addresses, allocator.allocate(size, addresses, 0, count));
  }

  @Override
  public void free(long address) {
    allocator.free(address);
  }

  @Override
  public void free(long[] addresses) {
    allocator.free(addresses, 0, addresses.length);
  }

  @Override
  public void transfer(long address, int from, int to) {
    allocator.transfer(address, from, to);
  }

  @Override
  public int reclaim(int dead) {
    return allocator.reclaim(dead);
  }

  @Override
  public void flush() {
    allocator.flush();
  }

  @Override
  public void close() {
    allocator.close();
  }

  @Override
  public void fill(long address, long seed) {
    Pattern.fill(Pattern.block(memory.pool(), memory.geometry(), address), seed);
  }

  @Override
  public boolean holds(long address, long seed) {
    return Pattern.firstDamage(Pattern.block(memory.pool(), memory.geometry(), address), seed) < 0;
  }
}
