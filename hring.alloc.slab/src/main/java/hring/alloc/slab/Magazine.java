package hring.alloc.slab;

import java.util.Arrays;

/**
 * Free blocks of a class, at hand for the participant's own thread: what it frees it will mostly
 * allocate again, and the last block first, which is still in the processor's cache. Neither takes
 * more than one atomic on the block's own entry in the table, wherever in the pool the block lies;
 * so it does not matter in which order blocks are freed. The class is that of the slab: a block
 * that was handed out for want of smaller ones comes to the magazine of its own class.
 *
 * <p>Which blocks are here stands in the table ({@link HeldTags}). The stack itself is this
 * process's own. See Bonwick and Adams, "Magazines and Vmem" (USENIX 2001). Confined to the
 * participant's thread.
 */
final class Magazine {
  private static final int MOST = 64;

  /** The blocks of a magazine are at most this part of the pool, or one block. */
  private static final long POOL_PART = 256;

  private final FreePath freePath;

  /** The granules at which the blocks start, the last one that was freed on top. */
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
   * Takes the block on top out; there must be one. It must get its tag next.
   *
   * @return the granule at which it starts
   */
  long pop() {
    return blocks[--count];
  }

  /** Takes a block in that is held already. If there is no room, half of the others go first. */
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

  /** Gives back those that lie here longest. */
  private void giveBack(int least) {
    // Neighbours together.
    Arrays.sort(blocks, 0, least);
    for (int i = 0; i < least; i++) {
      blocks[i] = HeldTags.address(blocks[i]);
    }
    try {
      freePath.freeHeld(blocks, 0, least);
    } finally {
      // What is refused, by a damaged table, must not be handed out.
      count -= least;
      System.arraycopy(blocks, least, blocks, 0, count);
    }
  }
}
