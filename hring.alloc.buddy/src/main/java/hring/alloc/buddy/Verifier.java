package hring.alloc.buddy;

import static hring.alloc.buddy.NodeWord.FREE;
import static hring.alloc.buddy.NodeWord.FREEING;
import static hring.alloc.buddy.NodeWord.SPLIT;
import static hring.alloc.buddy.NodeWord.TAKEN;

import hring.api.Address;
import hring.api.RegionException;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.Owner;
import hring.api.spi.alloc.PoolGeometry;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks the invariants of the tree, of the table, and between the two.
 *
 * <ul>
 *   <li>The node of an open word is SPLIT in the same epoch, and its parent's word is open.
 *   <li>Both halves of a closed word are FREE.
 *   <li>A node that is not SPLIT and whose state is valid has a closed word in the same epoch.
 *   <li>Nodes past the end of the pool are TAKEN with owner 0, nodes that cross the end are SPLIT,
 *       and no other node is TAKEN with owner 0.
 *   <li>A block that is TAKEN has an entry whose length rounds up to it; nothing is FREEING.
 *   <li>Each entry is of a block that is TAKEN.
 * </ul>
 */
final class Verifier {
  private static final int MAX_FINDINGS = 100;

  private final BuddyTree tree;
  private final TreeShape shape;
  private final BlockTable table;
  private final PoolGeometry geometry;
  private final List<String> findings = new ArrayList<>();

  Verifier(BuddyTree tree, BlockTable table, PoolGeometry geometry) {
    this.tree = tree;
    this.shape = tree.shape();
    this.table = table;
    this.geometry = geometry;
  }

  List<String> verify() {
    try {
      checkRoot();
      for (long n = 1; n < tree.words().count() && findings.size() < MAX_FINDINGS; n++) {
        checkWord(n, tree.words().get(n));
      }
      for (long g = 0; g < geometry.granules() && findings.size() < MAX_FINDINGS; g++) {
        checkEntry(g);
      }
    } catch (RegionException e) {
      findings.add(e.getMessage());
    }
    return findings;
  }

  private void checkRoot() {
    long word = tree.words().get(0);
    if (!NodeWord.isOpen(word)) {
      findings.add("word 0 is closed");
    }
    checkHalf(1, NodeWord.half(word, 1));
  }

  private void checkWord(long node, long word) {
    long parent = tree.words().get(BuddyTree.parent(node));
    int half = NodeWord.half(parent, node);
    boolean sameEpoch = NodeWord.halfEpoch(half) == NodeWord.epoch(word);
    if (!NodeWord.isOpen(word)) {
      if (!NodeWord.bothFree(word)) {
        findings.add("word " + node + " is closed, but a half of it is not free");
      }
      if (NodeWord.isOpen(parent) && NodeWord.state(half) != SPLIT && !sameEpoch) {
        findings.add("node " + node + " is not split, and its word is of another epoch");
      }
      return;
    }
    if (!NodeWord.isOpen(parent) || NodeWord.state(half) != SPLIT || !sameEpoch) {
      findings.add("word " + node + " is open, but node " + node + " is not split, or not by it");
    }
    checkHalf(2 * node, NodeWord.half(word, 2 * node));
    checkHalf(2 * node + 1, NodeWord.half(word, 2 * node + 1));
  }

  private void checkHalf(long node, int half) {
    int state = NodeWord.state(half);
    int owner = NodeWord.owner(half);
    if (shape.isBeyondEnd(node)) {
      if (state != TAKEN || owner != Owner.NONE) {
        findings.add("node " + node + " lies past the end of the pool and is not taken for ever");
      }
    } else if (shape.crossesEnd(node) && state != SPLIT) {
      findings.add("node " + node + " crosses the end of the pool and is not split");
    } else if (state == FREE || state == SPLIT) {
      if (owner != Owner.NONE) {
        findings.add("node " + node + " is not taken, yet has owner " + owner);
      }
      if (state == SPLIT && shape.order(node) == 0) {
        findings.add("node " + node + " is split, though it has no halves");
      }
    } else {
      checkTaken(node, state, owner);
    }
  }

  private void checkTaken(long node, int state, int owner) {
    if (owner < 1 || owner > geometry.maxOwners()) {
      findings.add("node " + node + " is taken by " + owner + ", which is no participant");
    }
    if (state == FREEING) {
      findings.add("participant " + owner + " is in the middle of freeing node " + node);
      return;
    }
    long block = table.blockAt(shape.start(node));
    if (block == Address.NULL) {
      findings.add("participant " + owner + " has taken node " + node + ", which has no entry");
    } else if (order(block) != shape.order(node)) {
      findings.add(
          "block "
              + Address.toString(block)
              + " is entered in the table at node "
              + node
              + ", of "
              + (1L << shape.order(node))
              + " granules");
    }
  }

  private void checkEntry(long granule) {
    int owner = table.ownerAt(granule);
    if (owner == Owner.NONE) {
      return;
    }
    long block = table.blockAt(granule);
    if (owner > geometry.maxOwners() && owner < Owner.LEFTOVER) {
      findings.add("granule " + granule + " is entered for " + owner + ", which is no participant");
    }
    if (!geometry.contains(block)) {
      findings.add("the block entered at granule " + granule + " does not lie inside the pool");
      return;
    }
    long node = shape.node(order(block), granule);
    long word = tree.words().get(BuddyTree.parent(node));
    int state = NodeWord.state(NodeWord.half(word, node));
    if (shape.start(node) != granule
        || !NodeWord.isOpen(word)
        || (state != TAKEN && state != FREEING)) {
      findings.add("block " + Address.toString(block) + " is entered in the table, but not taken");
    }
  }

  private int order(long block) {
    return TreeShape.orderOf((Address.length(block) - 1L >>> geometry.granuleShift()) + 1);
  }
}
