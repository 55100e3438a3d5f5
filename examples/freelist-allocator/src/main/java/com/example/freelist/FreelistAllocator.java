package com.example.freelist;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.InvalidAddressException;
import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.Refusal;
import hring.api.spi.alloc.SharedMemory;
import hring.api.spi.alloc.StatsBuilder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Blocks of four sizes, a list of free ones for each size, and a few in reserve for each
 * participant, which it takes and gives back without touching what others use.
 *
 * <pre>
 *   63                 32 31 30     8 7            0
 *  +---------------------+--+--------+--------------+
 *  |   length in bytes   |F |   0    | owner number |   a word for each block
 *  +---------------------+--+--------+--------------+
 * </pre>
 *
 * <p>A word with a length is a live block. With an owner only, the block is in that owner's
 * reserve. With F set, or all 0, it is free: the owner is then whoever freed it.
 *
 * <p><b>Why it survives a crash anywhere.</b> A change of a word is one compare-and-set; between
 * live and reserve, and from owner to owner, that is the whole operation. Only between a word and a
 * free list there are two steps, so an intent is written before the first and removed after the
 * second ({@link FreeLists}):
 *
 * <ol>
 *   <li>To take: intent, list, word. A dead owner that took a block out of a list and did not write
 *       the word is the only one that knows the block. {@link #reclaim} finds it by the intent.
 *   <li>To free: intent, word, list. A dead owner that changed the word and did not put the block
 *       into the list is found by the intent, and by the word, which says that it was this owner.
 *   <li>{@link #reclaim} enters such a block as the reserve of the dead owner and removes the
 *       intent; then it frees all that has the dead owner's number, as its own. If it dies too, it
 *       starts over, or whoever reclaims it finds its own intent.
 * </ol>
 *
 * <p><b>Threads.</b> A lock, which is none of other processes' business, keeps the threads of one
 * participant apart: they share one intent.
 */
final class FreelistAllocator implements Allocator {
  private static final int LENGTH_SHIFT = 32;
  private static final long FREED = 1L << 31;
  private static final int OWNER_MASK = 0xFF;
  private static final int MAX_RESERVE = 4;

  private final AllocatorMemory memory;
  private final Layout layout;
  private final FreeLists lists;
  private final int self;

  /** The reserve of each class: only a hint where to look, the truth is in the words. */
  private final int[][] reserves;

  private final int[] reserved;

  FreelistAllocator(AllocatorMemory memory, Layout layout, int self) {
    this.memory = memory;
    this.layout = layout;
    this.self = self;
    lists = new FreeLists(memory, layout, self);
    reserves = new int[layout.classes()][MAX_RESERVE];
    reserved = new int[layout.classes()];
  }

  private long word(int block) {
    // Partner: the compare-and-set in replace(), the release in allocate().
    return SharedMemory.getLongAcquire(memory.metadata(), layout.word(block));
  }

  private boolean replace(int block, long expected, long value) {
    return SharedMemory.compareAndSetLong(memory.metadata(), layout.word(block), expected, value);
  }

  private static long word(long length, int owner) {
    return length << LENGTH_SHIFT | owner;
  }

  private static boolean isFree(long word) {
    return word == 0 || word >>> LENGTH_SHIFT == 0 && (word & FREED) != 0;
  }

  private boolean isLive(long word, int block) {
    long length = word >>> LENGTH_SHIFT;
    int owner = (int) word;
    return length >= 1
        && length <= layout.blockSize(layout.classOf(block))
        && (owner >= Owner.LEFTOVER || owner >= 1 && owner <= memory.geometry().maxOwners());
  }

  private long address(int block, long word) {
    return Address.of(layout.granules(block), word >>> LENGTH_SHIFT);
  }

  /** The block that an address names, or -1. */
  private int block(long address) {
    return memory.geometry().contains(address) ? layout.blockAt(Address.granules(address)) : -1;
  }

  @Override
  public long largestBlock() {
    return layout.blockSize(layout.classes() - 1);
  }

  @Override
  public synchronized long allocate(long size) {
    if (size < 1 || size > largestBlock()) {
      throw new IllegalArgumentException(size + " is not from 1 to " + largestBlock());
    }
    for (int each = layout.classFor(size); each < layout.classes(); each++) {
      long word = word(size, self);
      while (reserved[each] > 0) {
        int block = reserves[each][--reserved[each]];
        if (replace(block, word(0, self), word)) {
          return address(block, word);
        }
      }
      int block = lists.take(each);
      if (block >= 0) {
        if (!isFree(word(block))) {
          throw new RegionException("block " + block + " is in a free list and not free: damaged");
        }
        // Partner: the acquire in word(), by whoever is handed the block.
        SharedMemory.setLongRelease(memory.metadata(), layout.word(block), word);
        lists.clearIntent();
        return address(block, word);
      }
    }
    return Address.NULL;
  }

  @Override
  public synchronized void free(long address) {
    int block = block(address);
    long word = word(Address.length(address), self);
    if (block < 0 || !isLive(word, block)) {
      throw refused(address, self);
    }
    int sizeClass = layout.classOf(block);
    if (reserved[sizeClass] < MAX_RESERVE) {
      if (!replace(block, word, word(0, self))) {
        throw refused(address, self);
      }
      reserves[sizeClass][reserved[sizeClass]++] = block;
    } else if (!release(block, word)) {
      throw refused(address, self);
    }
  }

  /** Frees a block if its word is as expected. */
  private boolean release(int block, long expected) {
    lists.announce(block);
    if (!replace(block, expected, FREED | self)) {
      lists.clearIntent();
      return false;
    }
    lists.put(block);
    return true;
  }

  @Override
  public void transfer(long address, int from, int to) {
    int block = block(address);
    long length = Address.length(address);
    if (block < 0
        || !isLive(word(length, from), block)
        || !replace(block, word(length, from), word(length, to))) {
      throw refused(address, from);
    }
  }

  private InvalidAddressException refused(long address, int wanted) {
    int block = block(address);
    long word = block < 0 ? 0 : word(block);
    long live = block >= 0 && isLive(word, block) ? address(block, word) : Address.NULL;
    return Refusal.of(memory.geometry(), address, live, (int) word, wanted);
  }

  @Override
  public int owner(long address) {
    int block = block(address);
    long word = block < 0 ? 0 : word(block);
    return word >>> LENGTH_SHIFT == Address.length(address) && block >= 0 && isLive(word, block)
        ? (int) word
        : Owner.NONE;
  }

  @Override
  public void forEachBlock(int owner, LongConsumer visitor) {
    for (int block = 0; block < layout.blocks(); block++) {
      long word = word(block);
      if (isLive(word, block) && (int) word == owner) {
        visitor.accept(address(block, word));
      }
    }
  }

  @Override
  public synchronized int reclaim(int owner) {
    memory.requireDead(owner);
    int unfinished = lists.resolve(owner);
    if (unfinished >= 0) {
      long word = word(unfinished);
      // Taken, it may have any free word; being freed, only one that this owner wrote.
      if (lists.isTaking(owner) ? isFree(word) : word == (FREED | owner)) {
        replace(unfinished, word, word(0, owner));
      }
    }
    // Before anything is freed: the next one to reclaim must not find a block by it again.
    lists.forget(owner);
    int blocks = 0;
    for (int block = 0; block < layout.blocks(); block++) {
      long word = word(block);
      boolean live = isLive(word, block);
      if ((live || word == word(0, owner)) && (int) word == owner && release(block, word)) {
        blocks += live ? 1 : 0;
      }
    }
    return blocks;
  }

  @Override
  public synchronized void flush() {
    for (int each = 0; each < layout.classes(); each++) {
      while (reserved[each] > 0) {
        release(reserves[each][--reserved[each]], word(0, self));
      }
    }
  }

  @Override
  public List<String> verify() {
    List<String> broken = new ArrayList<>();
    BitSet listed = new BitSet();
    for (int each = 0; each < layout.classes(); each++) {
      if (!isSound(each, listed)) {
        broken.add("the free list of class " + each + " is damaged");
      }
    }
    for (int block = 0; block < layout.blocks(); block++) {
      long word = word(block);
      boolean reserve = word >= 1 && word <= memory.geometry().maxOwners();
      if (isFree(word)
          ? (word & OWNER_MASK) > memory.geometry().maxOwners()
          : !reserve && !isLive(word, block)) {
        broken.add("the word of block " + block + " is 0x" + Long.toHexString(word));
      } else if (isFree(word) != listed.get(block)) {
        broken.add(
            "block " + block + (isFree(word) ? " is in no list" : " is in a list, not free"));
      }
    }
    return broken;
  }

  private boolean isSound(int sizeClass, BitSet listed) {
    try {
      return lists.forEachFree(
          sizeClass,
          block -> {
            boolean again = listed.get(block);
            listed.set(block);
            return !again;
          });
    } catch (RegionException e) {
      return false;
    }
  }

  @Override
  public AllocatorStats stats() {
    StatsBuilder stats = new StatsBuilder(memory.geometry());
    for (int block = 0; block < layout.blocks(); block++) {
      long word = word(block);
      long blockSize = layout.blockSize(layout.classOf(block));
      if (isLive(word, block)) {
        stats.live((int) word, word >>> LENGTH_SHIFT, blockSize);
      } else {
        stats.free(blockSize, 1);
      }
    }
    return stats.build();
  }

  @Override
  public void close() {
    flush();
  }
}
