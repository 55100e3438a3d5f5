package hring.alloc.buddy;

import static hring.alloc.buddy.NodeWord.FREE;
import static hring.alloc.buddy.NodeWord.SPLIT;

import hring.api.Address;
import hring.api.AllocatorStats;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import java.util.ArrayList;
import java.util.List;

/** Counts the blocks. Free blocks are counted as if all joins had been done. */
final class StatsCounter {
  private final BuddyTree tree;
  private final BlockTable table;
  private final PoolGeometry geometry;
  private final long[] free;
  private final long[] live;

  StatsCounter(BuddyTree tree, BlockTable table, PoolGeometry geometry) {
    this.tree = tree;
    this.table = table;
    this.geometry = geometry;
    this.free = new long[tree.shape().height() + 1];
    this.live = new long[tree.shape().height() + 1];
  }

  AllocatorStats count() {
    if (countBelow(1, tree.words().get(0))) {
      free[tree.shape().height()]++;
    }
    long[] blocksOf = new long[Owner.IN_FLIGHT + 1];
    long[] bytesOf = new long[Owner.IN_FLIGHT + 1];
    countBlocks(blocksOf, bytesOf);
    return summary(blocksOf, bytesOf);
  }

  /**
   * Counts the free blocks below a node.
   *
   * @return true if all of it is free; then the caller counts it, as one block or as part of a
   *     larger one
   */
  private boolean countBelow(long node, long parent) {
    int state = NodeWord.state(NodeWord.half(parent, node));
    if (state != SPLIT) {
      return state == FREE;
    }
    long word = tree.words().get(node);
    if (!NodeWord.isOpen(word)) {
      return true; // about to be opened or joined: all free either way
    }
    boolean left = countBelow(2 * node, word);
    boolean right = countBelow(2 * node + 1, word);
    if (left != right) {
      free[tree.shape().order(node) - 1]++;
    }
    return left && right;
  }

  private void countBlocks(long[] blocksOf, long[] bytesOf) {
    for (long granule = 0; granule < geometry.granules(); granule++) {
      long block = table.blockAt(granule);
      int owner = block == Address.NULL ? Owner.NONE : table.owner(block);
      if (owner != Owner.NONE) {
        blocksOf[owner]++;
        bytesOf[owner] += Address.length(block);
        long granules = (Address.length(block) - 1L >>> geometry.granuleShift()) + 1;
        live[TreeShape.orderOf(granules)]++;
      }
    }
  }

  private AllocatorStats summary(long[] blocksOf, long[] bytesOf) {
    List<AllocatorStats.SizeClass> classes = new ArrayList<>();
    long held = 0;
    long freeBytes = 0;
    long largestFree = 0;
    for (int order = 0; order <= tree.shape().largestOrder(); order++) {
      long size = (1L << order) << geometry.granuleShift();
      classes.add(new AllocatorStats.SizeClass(size, live[order], free[order]));
      held += size * live[order];
      freeBytes += size * free[order];
      if (free[order] > 0) {
        largestFree = Math.min(size, Address.MAX_LENGTH);
      }
    }
    List<AllocatorStats.Use> owners = new ArrayList<>();
    long blocks = 0;
    long used = 0;
    for (int owner = 1; owner < blocksOf.length; owner++) {
      if (blocksOf[owner] > 0) {
        owners.add(new AllocatorStats.Use(owner, blocksOf[owner], bytesOf[owner]));
        blocks += blocksOf[owner];
        used += bytesOf[owner];
      }
    }
    return new AllocatorStats(
        geometry.poolSize(), blocks, used, held, freeBytes, largestFree, classes, owners);
  }
}
