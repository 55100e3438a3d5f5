package com.example.bump;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.Refusal;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.alloc.StatsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Chunks of 4 KiB, one block each, taken where a cursor stands, which moves on with each.
 *
 * <pre>
 *   63                 32 31              0
 *  +---------------------+-----------------+
 *  |   length in bytes   |  owner number   |   a word for each chunk; 0 if it is free
 *  +---------------------+-----------------+
 * </pre>
 *
 * <p><b>Why it survives a crash anywhere.</b> A word is all that is known about a chunk, and each
 * operation changes one word with one compare-and-set: before it nothing has happened, after it all
 * has. There is nothing half done to repair, nothing to wait for, and a participant that is stopped
 * holds nothing that others need. The cursor lives outside the region and is a hint; when it is
 * lost, the search starts elsewhere.
 */
final class BumpAllocator implements Allocator {
  private static final int LENGTH_SHIFT = 32;

  private final AllocatorMemory memory;
  private final int self;
  private int cursor;

  BumpAllocator(AllocatorMemory memory, int self) {
    this.memory = memory;
    this.self = self;
  }

  private int chunks() {
    return (int) (memory.geometry().poolSize() / BumpProvider.CHUNK);
  }

  private long word(int chunk) {
    // Partner: the compare-and-set in replace().
    return SharedMemory.getLongAcquire(memory.metadata(), (long) chunk * Long.BYTES);
  }

  private boolean replace(int chunk, long expected, long value) {
    return SharedMemory.compareAndSetLong(
        memory.metadata(), (long) chunk * Long.BYTES, expected, value);
  }

  private static long word(long length, int owner) {
    return length << LENGTH_SHIFT | owner;
  }

  private long address(int chunk, long word) {
    return Address.of(
        (long) chunk * BumpProvider.CHUNK >>> memory.geometry().granuleShift(),
        word >>> LENGTH_SHIFT);
  }

  /** Whether a word says that a block is live: any other, but 0, is damage. */
  private boolean isLive(long word) {
    long length = word >>> LENGTH_SHIFT;
    int owner = (int) word;
    return length >= 1
        && length <= BumpProvider.CHUNK
        && (owner >= Owner.LEFTOVER || owner >= 1 && owner <= memory.geometry().maxOwners());
  }

  /** The chunk that an address names the start of, or -1. */
  private int chunk(long address) {
    if (!memory.geometry().contains(address)) {
      return -1;
    }
    long offset = Address.granules(address) << memory.geometry().granuleShift();
    long chunk = offset / BumpProvider.CHUNK;
    return offset % BumpProvider.CHUNK == 0 && chunk < chunks() ? (int) chunk : -1;
  }

  @Override
  public long largestBlock() {
    return BumpProvider.CHUNK;
  }

  @Override
  public long allocate(long size) {
    if (size < 1 || size > BumpProvider.CHUNK) {
      throw new IllegalArgumentException(size + " is not from 1 to " + BumpProvider.CHUNK);
    }
    for (int i = 0; i < chunks(); i++) {
      int chunk = (cursor + i) % chunks();
      if (word(chunk) == 0 && replace(chunk, 0, word(size, self))) {
        cursor = chunk + 1;
        return address(chunk, word(size, self));
      }
    }
    return Address.NULL;
  }

  @Override
  public void free(long address) {
    change(address, self, 0);
  }

  @Override
  public void transfer(long address, int from, int to) {
    change(address, from, word(Address.length(address), to));
  }

  private void change(long address, int from, long value) {
    int chunk = chunk(address);
    if (chunk < 0 || from == 0 || !replace(chunk, word(Address.length(address), from), value)) {
      long found = chunk < 0 ? 0 : word(chunk);
      long live = isLive(found) ? address(chunk, found) : Address.NULL;
      throw Refusal.of(memory.geometry(), address, live, (int) found, from);
    }
  }

  @Override
  public int owner(long address) {
    int chunk = chunk(address);
    long word = chunk < 0 ? 0 : word(chunk);
    return word >>> LENGTH_SHIFT == Address.length(address) && isLive(word)
        ? (int) word
        : Owner.NONE;
  }

  @Override
  public void forEachBlock(int owner, LongConsumer visitor) {
    for (int chunk = 0; chunk < chunks(); chunk++) {
      long word = word(chunk);
      if (isLive(word) && (int) word == owner) {
        visitor.accept(address(chunk, word));
      }
    }
  }

  @Override
  public int reclaim(int owner) {
    memory.requireDead(owner);
    int blocks = 0;
    for (int chunk = 0; chunk < chunks(); chunk++) {
      long word = word(chunk);
      if (isLive(word) && (int) word == owner && replace(chunk, word, 0)) {
        blocks++;
      }
    }
    return blocks;
  }

  @Override
  public void flush() {}

  @Override
  public List<String> verify() {
    List<String> broken = new ArrayList<>();
    for (int chunk = 0; chunk < chunks(); chunk++) {
      long word = word(chunk);
      if (word != 0 && !isLive(word)) {
        broken.add("the word of chunk " + chunk + " is 0x" + Long.toHexString(word));
      }
    }
    return broken;
  }

  @Override
  public AllocatorStats stats() {
    StatsBuilder stats = new StatsBuilder(memory.geometry());
    for (int chunk = 0; chunk < chunks(); chunk++) {
      long word = word(chunk);
      if (isLive(word)) {
        stats.live((int) word, word >>> LENGTH_SHIFT, BumpProvider.CHUNK);
      } else {
        stats.free(BumpProvider.CHUNK, 1);
      }
    }
    return stats.build();
  }

  @Override
  public void close() {
    flush();
  }
}
