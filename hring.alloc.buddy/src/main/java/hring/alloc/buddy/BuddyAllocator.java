package hring.alloc.buddy;

import static hring.alloc.buddy.NodeWord.TAKEN;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.InvalidAddressException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * One participant's access to the tree and the block table.
 *
 * <p>The tree records which space is taken, the block table which blocks live there. The order of
 * the steps lets {@link BuddyReclaim} finish or undo an operation whose process was killed at any
 * step:
 *
 * <pre>
 *   allocate:  half FREE -> TAKEN by me;  enter in the table
 *   free:      half TAKEN -> FREEING by me;  remove from the table;  half -> FREE
 * </pre>
 *
 * <p>So only the participant that the half names adds or removes its entry, and a FREE half has no
 * entry.
 *
 * <p><b>Threads.</b> Calls of free need no lock: if several threads free the same block at the same
 * time, the compare-and-set to FREEING succeeds for one of them.
 */
final class BuddyAllocator implements Allocator {
  private static final int MAX_RETRIES = 100_000;

  private final BuddyTree tree;
  private final TreeShape shape;
  private final BlockTable table;
  private final AllocatorMemory memory;
  private final PoolGeometry geometry;
  private final int owner;
  private final long largestBlock;

  /**
   * For each order the node where a search starts: the one freed last, whose words and bytes are
   * still in the cache, or the one after the last that was taken. Other threads write it when they
   * free. It is only a hint, and checked.
   */
  private final long[] places;

  // Computed once, since each allocate needs it.

  /** For each order the node after the last. */
  private final long[] ends;

  private final int granuleShift;

  private volatile boolean closed;

  BuddyAllocator(AllocatorMemory memory, int owner, NodeWords words) {
    this.memory = memory;
    this.geometry = memory.geometry();
    this.owner = owner;
    this.shape = TreeShape.of(geometry);
    this.tree = new BuddyTree(words, shape);
    this.table = BuddyLayout.blockTable(memory);
    this.places = new long[shape.height() + 1];
    this.ends = new long[places.length];
    this.granuleShift = geometry.granuleShift();
    for (int order = 0; order < places.length; order++) {
      ends[order] = shape.end(order);
      places[order] = firstPlace(order);
    }
    this.largestBlock =
        Math.min(Address.MAX_LENGTH, (1L << shape.largestOrder()) << geometry.granuleShift());
  }

  @Override
  public long largestBlock() {
    return largestBlock;
  }

  @Override
  public long allocate(long size) {
    requireUsable();
    if (size < 1 || size > largestBlock) {
      throw new IllegalArgumentException(
          "block of "
              + size
              + " bytes: the buddy allocator of this pool hands out 1 to "
              + largestBlock
              + " bytes; open the ring with a larger pool");
    }
    int order = order(size);
    long place = places[order];
    long node = tree.take(order, owner, place < ends[order] ? place : shape.first(order));
    if (node == BuddyTree.NO_NODE) {
      return Address.NULL;
    }
    places[order] = node + 1;
    long address = Address.of(shape.start(node), size);
    if (!table.tryEnter(address, owner)) {
      throw NodeWords.damaged(
          "granule " + shape.start(node) + " was free, yet a block is entered in the table there");
    }
    return address;
  }

  private int order(long size) {
    return TreeShape.orderOf(((size - 1) >>> granuleShift) + 1);
  }

  /**
   * Returns the first start of the searches of an order; participants start apart from each other.
   */
  private long firstPlace(int order) {
    long first = shape.first(order);
    return first + (ends[order] - first) * Math.max(0, owner - 1) / geometry.maxOwners();
  }

  @Override
  public void free(long address) {
    requireUsable();
    int order = order(Address.length(address));
    long node = shape.node(order, Address.granules(address));
    long marked = beginFree(address, order, node);
    table.remove(address);
    tree.endFree(node, owner, marked);
    places[order] = node;
  }

  private long beginFree(long address, int order, long node) {
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      if (!geometry.contains(address)) {
        throw table.refuse(address, owner);
      }
      long start = Address.granules(address);
      // The word is read first, the table second: if the compare-and-set on the word succeeds
      // afterwards, the block was live and nobody else had begun to free it.
      long word = tree.words().get(BuddyTree.parent(node));
      if (!table.matches(address, owner)) {
        throw table.refuse(address, owner);
      }
      int state = NodeWord.state(NodeWord.half(word, node));
      boolean isBlock = NodeWord.isOpen(word) && (start & (1L << order) - 1) == 0;
      if (isBlock && state == TAKEN) {
        long marked = tree.beginFree(node, word, owner);
        if (marked != BuddyTree.CHANGED) {
          return marked;
        }
      } else if (isBlock && state == NodeWord.FREEING) {
        throw new InvalidAddressException(address, "is being freed by another thread");
      } else if (word == tree.words().get(BuddyTree.parent(node))) {
        throw NodeWords.damaged(
            "block "
                + Address.toString(address)
                + " is live in the table, but not taken in the tree");
      }
    }
    throw NodeWords.damaged("the word of " + Address.toString(address) + " never stops changing");
  }

  @Override
  public void transfer(long address, int from, int to) {
    requireUsable();
    table.transfer(address, from, to);
  }

  @Override
  public int transfer(long[] addresses, int start, int end, int from, int to) {
    requireUsable();
    return table.transfer(addresses, start, end, from, to);
  }

  @Override
  public boolean tryTransfer(long address, int from, int to, int more) {
    requireUsable();
    return table.tryTransfer(address, from, to, more);
  }

  @Override
  public int deliveries(long address) {
    return table.deliveries(address);
  }

  @Override
  public int owner(long address) {
    return table.owner(address);
  }

  @Override
  public void forEachBlock(int wanted, LongConsumer visitor) {
    tree.forEachTaken(
        node -> {
          long granule = shape.start(node);
          if (wanted != Owner.NONE && table.ownerAt(granule) == wanted) {
            long block = table.blockAt(granule);
            if (table.owner(block) == wanted) {
              visitor.accept(block);
            }
          }
        });
  }

  @Override
  public void finishOperation(int dead) {
    requireUsable();
    memory.requireDead(dead);
    new BuddyReclaim(tree, table, geometry).reclaim(dead, false);
  }

  @Override
  public int reclaim(int dead) {
    requireUsable();
    memory.requireDead(dead);
    return new BuddyReclaim(tree, table, geometry).reclaim(dead, true);
  }

  /** Does nothing: this allocator holds no blocks in reserve. */
  @Override
  public void flush() {}

  @Override
  public List<String> verify() {
    return new Verifier(tree, table, geometry).verify();
  }

  @Override
  public AllocatorStats stats() {
    return new StatsCounter(tree, table, geometry).count();
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireUsable() {
    if (owner == Owner.NONE) {
      throw new IllegalStateException(
          "an observer may only look; attach as a participant to change anything");
    }
    if (closed) {
      throw new IllegalStateException("the allocator of participant " + owner + " is closed");
    }
  }
}
