package com.example.freelist;

import hring.api.RegionException;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;

/**
 * A stack of free blocks for each size class (Treiber, "Systems Programming: Coping with
 * Parallelism", 1986), which a participant may die in the middle of using.
 *
 * <pre>
 *   63                 32 31      24 23               0
 *  +---------------------+----------+-----------------+
 *  |         tag         |  owner   |   block + 1     |   head: the first free block, or 0
 *  +---------------------+----------+-----------------+
 *  |         tag         |  kind    |   block + 1     |   intent of an owner, or 0
 *  +---------------------+----------+-----------------+
 * </pre>
 *
 * <p><b>The tag</b> counts the changes of a head. Without it, a participant that read the first
 * block and its link, and was stopped, could not see that both were taken meanwhile and only the
 * first one came back (ABA).
 *
 * <p><b>The intent</b> says which block an owner is about to take or to put, and at which tag.
 * Whoever finds the intent of a dead owner must know whether its compare-and-set took place:
 *
 * <ol>
 *   <li>It took place if, and only if, the head ever had the next tag with this owner in it: each
 *       tag is reached once, by one owner.
 *   <li>As long as nobody changed the head since, that is still to be seen in it.
 *   <li>Whoever changes the head first confirms, in the slot of the owner that it names, the tag
 *       that it has. So afterwards it is to be seen there, and it stays: confirmations only grow.
 *   <li>So it took place if, and only if, the head or the confirmation says so; the head is read
 *       first, as what is no longer there was confirmed before.
 * </ol>
 */
final class FreeLists {
  /** Kinds of intents. */
  static final int TAKE = 1;

  /** About to free or to put, but the head was not read yet. */
  static final int RELEASE = 2;

  static final int PUT = 3;

  private static final int BLOCK_MASK = Layout.MAX_BLOCKS;
  private static final int OWNER_SHIFT = 24;
  private static final int OWNER_MASK = 0xFF;
  private static final int TAG_SHIFT = 32;

  /** Each retry means that another participant got something done: only damage goes on for long. */
  private static final int MAX_RETRIES = 1_000_000;

  private final MemorySegment metadata;
  private final Layout layout;
  private final int self;

  FreeLists(AllocatorMemory memory, Layout layout, int self) {
    this.metadata = memory.metadata();
    this.layout = layout;
    this.self = self;
  }

  /** Puts all blocks into the lists, before anybody else sees them. */
  void format() {
    for (int each = 0; each < layout.classes(); each++) {
      int first = layout.firstBlock(each);
      int end = layout.firstBlock(each + 1);
      for (int block = first; block < end; block++) {
        setLink(block, block + 1 < end ? block + 2 : 0);
      }
      // Partner: the acquire in head().
      SharedMemory.setLongRelease(metadata, layout.head(each), first < end ? first + 1 : 0);
    }
  }

  /**
   * Takes the first block of a list. The intent stays until {@link #clearIntent}, which the caller
   * calls when the block shows its owner.
   *
   * @return the block, or -1 if the list is empty
   */
  int take(int sizeClass) {
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      long head = head(sizeClass);
      int block = block(head, sizeClass);
      if (block < 0) {
        clearIntent();
        return -1;
      }
      int next = link(block);
      // Partner: the acquire in resolve(), by whoever reclaims what this one left half done.
      setIntent(TAKE, tag(head), block);
      confirm(head, sizeClass);
      if (replace(sizeClass, head, next)) {
        return block;
      }
    }
    throw endless();
  }

  /** Says that a block is about to be freed and put: to be called while it still has its owner. */
  void announce(int block) {
    setIntent(RELEASE, 0, block);
  }

  /** Puts a block, which was announced, at the front of its list. */
  void put(int block) {
    int sizeClass = layout.classOf(block);
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      long head = head(sizeClass);
      setLink(block, (int) (head & BLOCK_MASK));
      // Partner: the acquire in resolve().
      setIntent(PUT, tag(head), block);
      confirm(head, sizeClass);
      if (replace(sizeClass, head, block + 1)) {
        clearIntent();
        return;
      }
    }
    throw endless();
  }

  /** Forgets the intent: what it says is done, or was given up. */
  void clearIntent() {
    // Partner: the acquire in resolve().
    SharedMemory.setLongRelease(metadata, layout.intent(self), 0);
  }

  /**
   * Finds the block that a dead owner had taken out of a list, or not yet put into one.
   *
   * @return the block, or -1 if there is none
   */
  int resolve(int dead) {
    // Partner: the releases in setIntent() and clearIntent().
    long intent = SharedMemory.getLongAcquire(metadata, layout.intent(dead));
    int block = (int) (intent & BLOCK_MASK) - 1;
    if (block < 0 || block >= layout.blocks()) {
      return -1;
    }
    return switch (kind(intent)) {
      case TAKE -> tookPlace(dead, layout.classOf(block), tag(intent) + 1) ? block : -1;
      case RELEASE -> block;
      case PUT -> tookPlace(dead, layout.classOf(block), tag(intent) + 1) ? -1 : block;
      default -> -1;
    };
  }

  /** Whether the intent of a dead owner is to take. */
  boolean isTaking(int dead) {
    // Partner: the release in setIntent().
    long intent = SharedMemory.getLongAcquire(metadata, layout.intent(dead));
    return kind(intent) == TAKE;
  }

  /** Forgets the intent of a dead owner. */
  void forget(int dead) {
    // Partner: the acquire in resolve(), by whoever reclaims it once more.
    SharedMemory.setLongRelease(metadata, layout.intent(dead), 0);
  }

  private boolean tookPlace(int owner, int sizeClass, int tag) {
    // The head first: what it does not say any more was confirmed before.
    long head = head(sizeClass);
    if (tag(head) == tag && owner(head) == owner) {
      return true;
    }
    // Partner: the compare-and-set in confirm(). The difference, as tags may wrap around.
    int confirmed = (int) SharedMemory.getLongAcquire(metadata, layout.confirmed(owner, sizeClass));
    return confirmed - tag >= 0;
  }

  /** Notes that the last change of a head took place, before that is not to be seen any more. */
  private void confirm(long head, int sizeClass) {
    int owner = owner(head);
    long slot = layout.confirmed(owner, sizeClass);
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      // Partner: the compare-and-set below, by another one that confirms.
      long seen = SharedMemory.getLongAcquire(metadata, slot);
      // Only upwards: one that was stopped here for long must not undo a later confirmation.
      if ((int) seen - tag(head) >= 0
          || SharedMemory.compareAndSetLong(metadata, slot, seen, tag(head))) {
        return;
      }
    }
    throw endless();
  }

  /** Visits the blocks of a list, as long as it makes sense; false if it does not. */
  boolean forEachFree(int sizeClass, IntPredicate visitor) {
    int most = layout.firstBlock(sizeClass + 1) - layout.firstBlock(sizeClass);
    int next = (int) (head(sizeClass) & BLOCK_MASK);
    for (int seen = 0; next != 0; seen++) {
      if (seen == most || !isOfClass(next - 1, sizeClass) || !visitor.test(next - 1)) {
        return false;
      }
      next = link(next - 1);
    }
    return true;
  }

  private boolean isOfClass(int block, int sizeClass) {
    return block >= layout.firstBlock(sizeClass) && block < layout.firstBlock(sizeClass + 1);
  }

  private long head(int sizeClass) {
    // Partner: the compare-and-set in replace().
    long head = SharedMemory.getLongAcquire(metadata, layout.head(sizeClass));
    if (owner(head) > layout.maxOwners()) {
      throw new RegionException(
          "the free list of class " + sizeClass + " is damaged: 0x" + Long.toHexString(head));
    }
    return head;
  }

  /** The first block of a list, or -1 if it is empty. */
  private int block(long head, int sizeClass) {
    int block = (int) (head & BLOCK_MASK) - 1;
    if (block >= 0 && !isOfClass(block, sizeClass)) {
      throw new RegionException(
          "the free list of class " + sizeClass + " starts with block " + block + ": damaged");
    }
    return block;
  }

  private boolean replace(int sizeClass, long head, int first) {
    long next =
        (long) (tag(head) + 1) << TAG_SHIFT | (long) self << OWNER_SHIFT | first & BLOCK_MASK;
    // Partner: the acquire in head(): whoever finds a block here finds its link, too.
    return SharedMemory.compareAndSetLong(metadata, layout.head(sizeClass), head, next);
  }

  private int link(int block) {
    // Partner: the release in setLink(), by whoever puts the block meanwhile.
    return (int) SharedMemory.getLongAcquire(metadata, layout.link(block));
  }

  private void setLink(int block, int next) {
    // Partner: the acquire in link().
    SharedMemory.setLongRelease(metadata, layout.link(block), next);
  }

  private void setIntent(int kind, int tag, int block) {
    // Partner: the acquire in resolve().
    SharedMemory.setLongRelease(
        metadata,
        layout.intent(self),
        (long) tag << TAG_SHIFT | (long) kind << OWNER_SHIFT | block + 1);
  }

  private static int tag(long word) {
    return (int) (word >>> TAG_SHIFT);
  }

  private static int kind(long intent) {
    return (int) (intent >>> OWNER_SHIFT) & OWNER_MASK;
  }

  private static int owner(long head) {
    return (int) (head >>> OWNER_SHIFT) & OWNER_MASK;
  }

  private static RegionException endless() {
    return new RegionException("a free list never stops changing: a process damages the region");
  }
}
