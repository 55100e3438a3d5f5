package hring.alloc.slab;

import java.util.Arrays;

/**
 * A stack of free blocks of a class, for the participant's own thread: the block that was freed
 * last, which is still in the processor's cache, is allocated first. Pushing costs one atomic on
 * the block's own entry in the table, popping a plain store, wherever in the pool the block lies;
 * so the order in which blocks are freed does not matter. The class is that of the slab: a block
 * that was handed out for want of smaller ones goes to the magazine of its own class.
 *
 * <p>The entries in the table show which blocks are held ({@link HeldTags}); the stack itself is on
 * the heap. See Bonwick and Adams, "Magazines and Vmem" (USENIX 2001). Confined to the
 * participant's thread.
 */
final class Magazine {
  private static final int MOST = 64;

  /** The blocks of a magazine are at most this part of the pool (a 256th), or one block. */
  private static final long POOL_PART = 256;

  private final FreePath freePath;

  /** The granules at which the blocks start; the block that was freed last is on top. */
  private final long[] blocks;

  private int count;

  Magazine(FreePath freePath, long poolSize, long blockSize) {
    this.freePath = freePath;
    blocks = new long[Math.clamp(poolSize / POOL_PART / blockSize, 1, MOST)];
  }

  boolean isEmpty() {
    return count == 0;
  }

  /**
   * Takes the block on top out; there must be one. The caller enters its tag next.
   *
   * @return the granule at which it starts
   */
  long pop() {
    return blocks[--count];
  }

  /**
   * Pushes a block that is held already. If there is no room, half of the others are given back
   * first.
   */
  void push(long granule) {
    if (count == blocks.length) {
      giveBack((count + 1) / 2);
    }
    blocks[count++] = granule;
  }

  /** Gives all blocks back. */
  void flush() {
    giveBack(count);
  }

  /** Gives back the blocks at the bottom, which have been here longest. */
  private void giveBack(int least) {
    // Sorted, so that neighbours are freed together.
    Arrays.sort(blocks, 0, least);
    for (int i = 0; i < least; i++) {
      blocks[i] = HeldTags.address(blocks[i]);
    }
    try {
      freePath.freeHeld(blocks, 0, least);
    } finally {
      // A block that is refused, because the table is damaged, must not be handed out.
      count -= least;
      System.arraycopy(blocks, least, blocks, 0, count);
    }
  }
}
