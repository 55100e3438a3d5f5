package hring.alloc.buddy;

import static hring.alloc.buddy.NodeWord.FREEING;
import static hring.alloc.buddy.NodeWord.TAKEN;

import hring.api.Address;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;

/**
 * Reclaims the blocks of a dead owner. It may run while all other participants allocate, free,
 * split and join. It may be killed at any step and repeated by any participant.
 *
 * <p>The blocks to reclaim are those that
 *
 * <ul>
 *   <li>the dead owner owned: their table entry names it, whoever allocated them;
 *   <li>it was allocating: TAKEN by it, no entry yet;
 *   <li>it was freeing: FREEING by it, with its entry or without.
 * </ul>
 *
 * <p>If the entry of a block that it was freeing names another owner by now, the block was
 * transferred to that owner so that it is not lost; its half becomes TAKEN again.
 *
 * <p>No other half-done change belongs to one participant, see {@link BuddyTree}. Until they are
 * reclaimed all these blocks stay where they are, and their ancestors stay split, so one walk down
 * the tree meets each of them.
 *
 * <p><b>Why no block of a living owner is reclaimed.</b>
 *
 * <ol>
 *   <li>The word is read before the table, and changed by a compare-and-set from the value that was
 *       read.
 *   <li>A block that the dead owner allocated and a living participant frees meanwhile loses its
 *       entry, too, but only after the living participant has changed its half to FREEING. Then the
 *       compare-and-set fails, and the half is read again.
 *   <li>Once the half is FREEING by the dead owner, the block belongs to whoever reclaims. If that
 *       participant dies, the next one that reclaims meets the block as one that the dead owner was
 *       freeing.
 * </ol>
 */
final class BuddyReclaim {
  private static final int MAX_RETRIES = 100_000;

  private final BuddyTree tree;
  private final BlockTable table;
  private final PoolGeometry geometry;

  BuddyReclaim(BuddyTree tree, BlockTable table, PoolGeometry geometry) {
    this.tree = tree;
    this.table = table;
    this.geometry = geometry;
  }

  /**
   * Reclaims the blocks of a dead owner, or only those that it was allocating or freeing.
   *
   * @param dead the owner
   * @param live whether to reclaim the blocks that it owned, too
   * @return how many blocks were reclaimed
   */
  int reclaim(int dead, boolean live) {
    int[] blocks = new int[1];
    tree.forEachTaken(node -> blocks[0] += reclaim(node, dead, live) ? 1 : 0);
    return blocks[0];
  }

  private boolean reclaim(long node, int dead, boolean live) {
    for (int retries = 0; retries < MAX_RETRIES; retries++) {
      long word = tree.words().get(BuddyTree.parent(node));
      int half = NodeWord.half(word, node);
      if (!NodeWord.isOpen(word) || tree.shape().isBeyondEnd(node)) {
        return false;
      }
      if (isSaved(dead, node, half)) {
        if (tree.undoFree(node, word, dead)) {
          return false;
        }
        continue;
      }
      if (!isOf(dead, node, half, live)) {
        return false;
      }
      long marked = NodeWord.state(half) == FREEING ? word : tree.beginFree(node, word, dead);
      if (marked != BuddyTree.CHANGED) {
        removeEntry(node);
        tree.endFree(node, dead, marked);
        return true;
      }
    }
    throw NodeWords.damaged("the word of node " + node + " never stops changing");
  }

  private boolean isSaved(int dead, long node, int half) {
    if (NodeWord.state(half) != FREEING || NodeWord.owner(half) != dead) {
      return false;
    }
    int entered = table.ownerAt(tree.shape().start(node));
    return entered != Owner.NONE && entered != dead;
  }

  private boolean isOf(int dead, long node, int half, boolean live) {
    int state = NodeWord.state(half);
    if (state != TAKEN && state != FREEING) {
      return false;
    }
    int entered = table.ownerAt(tree.shape().start(node));
    if (state == TAKEN && entered == dead) {
      return live;
    }
    return NodeWord.owner(half) == dead
        && (entered == Owner.NONE || (state == FREEING && entered == dead));
  }

  /** Clears the whole entry of this block, however much of it was written. */
  private void removeEntry(long node) {
    TreeShape shape = tree.shape();
    long bytes = (1L << shape.order(node)) << geometry.granuleShift();
    table.remove(Address.of(shape.start(node), Math.min(bytes, Address.MAX_LENGTH)));
  }
}
