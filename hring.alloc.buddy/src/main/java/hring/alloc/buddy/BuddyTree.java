package hring.alloc.buddy;

import static hring.alloc.buddy.NodeWord.FREE;
import static hring.alloc.buddy.NodeWord.FREEING;
import static hring.alloc.buddy.NodeWord.SPLIT;
import static hring.alloc.buddy.NodeWord.TAKEN;

import java.util.function.LongConsumer;

/**
 * The lock-free tree of blocks. Its idea (levels scanned from scattered starts, one word per node,
 * no lock) comes from A. Marotta et al., "NBBS: A Non-Blocking Buddy System for Multi-core
 * Machines" (arXiv 1804.03436). The steps differ: there, taking or freeing a block marks all its
 * ancestors one by one, and a process that dies meanwhile leaves marks that only a repair can
 * clear. Here, taking and freeing are one compare-and-set each, and any participant can finish
 * every other half-done change.
 *
 * <p><b>States.</b> The state of a node is one half of its parent's word; it is valid only while
 * that word is <i>open</i>. Splitting and joining node {@code n} take two steps each: one on the
 * half of {@code n} in its parent's word, one on the word of {@code n}. An epoch bit in both ties
 * them together:
 *
 * <pre>
 *       half of n       word of n
 *   1   FREE,  e        closed, e      also TAKEN or FREEING, e: nothing below n is valid
 *   2   SPLIT, not e    closed, e      split, to be opened    (by a compare-and-set on the half)
 *   3   SPLIT, not e    open, not e    the halves of n are valid (... on the word)
 *   4   SPLIT, not e    closed, not e  to be joined           (... on the word, both halves FREE)
 *   1   FREE,  not e    closed, not e                         (... on the half)
 * </pre>
 *
 * Any participant that finds state 2 or 4 may do the missing step ({@link #helpFinish}). So a
 * participant that is stopped or killed blocks nobody. It keeps only the one block that it was
 * taking or freeing, and the half of that block has its number.
 *
 * <p><b>Why blocks never overlap.</b>
 *
 * <ol>
 *   <li>If a word is open, its node's half is SPLIT in the same epoch: the half was split before
 *       the word was opened, and leaves SPLIT only after the word was closed in this epoch.
 *   <li>By induction, all ancestors of an open word are open.
 *   <li>A block is taken by a compare-and-set on one open word, from FREE. A word with a half that
 *       is not FREE is never closed.
 *   <li>So while a block is taken, its ancestors stay SPLIT, and all words below it stay closed.
 * </ol>
 *
 * <p><b>Why late steps do no harm.</b>
 *
 * <ol>
 *   <li>The step from 2 to 3 changes the word and depends on the half; the step from 4 to 1 changes
 *       the half and depends on the word.
 *   <li>Each step reads first what it changes, then what it depends on, and then does the
 *       compare-and-set.
 *   <li>If the compare-and-set succeeds, its target did not change meanwhile: each change raises
 *       the version. So at the second read the tree was in state 2 (or 4).
 *   <li>It is still in that state, since the only way out of it changes the target.
 * </ol>
 *
 * <p><b>Joins are lazy.</b> Freeing leaves the halves FREE; {@link #take} joins free halves only if
 * it finds no block otherwise. So allocating and freeing small blocks changes two words, not one
 * for each level of the tree, and no participant is obliged to join.
 *
 * <p><b>Bounds.</b> A scan moves only to greater nodes. A node that others (or a damaged word)
 * change too often meanwhile is passed over, as if taken. The depth of recursion is at most the
 * height of the tree.
 */
final class BuddyTree {
  /** How often a scan looks at a node before it passes over it. */
  private static final int MAX_LOOKS = 100;

  /**
   * Far more than the other half's changes can cause: only a damaged tree fails so often in a row.
   */
  private static final int MAX_RETRIES = 100_000;

  /** Returned by {@link #beginFree} if nothing was done. No word of a tree is 0. */
  static final long CHANGED = 0;

  /** Returned by {@link #take} if there is no free node. */
  static final long NO_NODE = 0;

  private final NodeWords words;
  private final TreeShape shape;

  BuddyTree(NodeWords words, TreeShape shape) {
    this.words = words;
    this.shape = shape;
  }

  NodeWords words() {
    return words;
  }

  TreeShape shape() {
    return shape;
  }

  static long parent(long node) {
    return node >>> 1;
  }

  /** Writes the words of a tree in which all blocks are free. */
  void format() {
    words.format(0, NodeWord.permanent(TAKEN, shape.crossesEnd(1) ? SPLIT : FREE));
    for (long n = 1; n < words.count(); n++) {
      words.format(
          n,
          shape.crossesEnd(n)
              ? NodeWord.permanent(initialState(2 * n), initialState(2 * n + 1))
              : NodeWord.CLOSED);
    }
  }

  private int initialState(long node) {
    if (shape.isBeyondEnd(node)) {
      return TAKEN;
    }
    return shape.crossesEnd(node) ? SPLIT : FREE;
  }

  /**
   * Takes a block.
   *
   * @param order its order, at most the largest
   * @param owner the participant that takes it
   * @param from the node of this order where the search starts
   * @return the node, or {@link #NO_NODE} if none is free
   */
  long take(int order, int owner, long from) {
    long word = words.get(parent(from));
    boolean free = NodeWord.isOpen(word) && NodeWord.state(NodeWord.half(word, from)) == FREE;
    return free && claim(from, word, owner) ? from : search(order, owner, from);
  }

  private long search(int order, int owner, long from) {
    long first = shape.first(order);
    long end = shape.end(order);
    long node = scan(from, end, owner, false);
    if (node == NO_NODE) {
      node = scan(first, from, owner, false);
    }
    if (node == NO_NODE && order > 0) {
      node = scan(first, end, owner, true);
    }
    return node;
  }

  private long scan(long from, long end, int owner, boolean join) {
    int looks = 0;
    for (long node = from; node < end; ) {
      if (!join && (node & 1) == 0) {
        node = skipUsed(node, end);
      }
      // The nearest ancestor whose word is open: the words above it need not be read.
      int levels = 0;
      long word = words.get(parent(node));
      while (!NodeWord.isOpen(word)) {
        levels++;
        word = words.get(ancestorWord(node, levels));
      }
      long known = node >>> levels;
      boolean again;
      switch (NodeWord.state(NodeWord.half(word, known))) {
        case FREE -> {
          if (levels == 0 ? claim(node, word, owner) : split(known, word, levels, node, owner)) {
            return node;
          }
          again = true;
        }
        case SPLIT -> {
          if (levels > 0) {
            helpFinish(known);
          }
          again = levels > 0 || (join && join(node));
        }
        default -> again = false;
      }
      if (!again || ++looks == MAX_LOOKS) {
        node = known + 1 << levels;
        looks = 0;
      }
    }
    return NO_NODE;
  }

  /** Returns the first node, at or after one, whose parent's word may have a free half. */
  private long skipUsed(long node, long end) {
    long at = node;
    while (at < end - 2 && NodeWord.isUsed(words.get(parent(at)))) {
      at += 2;
    }
    return at;
  }

  private static long ancestorWord(long node, int levels) {
    if (node >>> levels == 0) {
      throw NodeWords.damaged("word 0 is closed");
    }
    return node >>> levels + 1;
  }

  private boolean claim(long node, long word, int owner) {
    return words.compareAndSet(parent(node), word, NodeWord.with(word, node, TAKEN, owner));
  }

  /**
   * Splits a free node down to a target below it, and takes the target. Each word between them is
   * opened with the half towards the target already SPLIT or TAKEN, so that no join can interfere.
   */
  private boolean split(long top, long word, int levels, long target, int owner) {
    if (!words.compareAndSet(parent(top), word, NodeWord.with(word, top, SPLIT, 0))) {
      return false;
    }
    for (int level = levels - 1; level >= 0; level--) {
      long node = target >>> level + 1;
      long closed = words.get(node);
      if (!isToBeOpened(node, closed)) {
        return false;
      }
      long open = NodeWord.opened(closed);
      open =
          level == 0
              ? NodeWord.with(open, target, TAKEN, owner)
              : NodeWord.with(open, target >>> level, SPLIT, 0);
      if (!words.compareAndSet(node, closed, open)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether a node is in state 2 now, given its word as read before. */
  private boolean isToBeOpened(long node, long word) {
    int half = NodeWord.half(words.get(parent(node)), node);
    return !NodeWord.isOpen(word)
        && NodeWord.state(half) == SPLIT
        && NodeWord.halfEpoch(half) != NodeWord.epoch(word);
  }

  /** Does the missing step of a split or join that is half done; otherwise nothing. */
  private void helpFinish(long node) {
    long word = words.get(node);
    if (isToBeOpened(node, word)) {
      words.compareAndSet(node, word, NodeWord.opened(word));
      return;
    }
    long parent = words.get(parent(node));
    int half = NodeWord.half(parent, node);
    word = words.get(node);
    if (!NodeWord.isOpen(word)
        && NodeWord.state(half) == SPLIT
        && NodeWord.halfEpoch(half) == NodeWord.epoch(word)) {
      words.compareAndSet(parent(node), parent, NodeWord.with(parent, node, FREE, 0));
    }
  }

  /**
   * Joins everything below a split node if all of it is free.
   *
   * @return false if a block below it is taken; true if the caller should look at the node again
   */
  private boolean join(long node) {
    helpFinish(node);
    long word = words.get(node);
    if (!NodeWord.isOpen(word)) {
      return true;
    }
    if (isBusy(word, 0) || isBusy(word, 1)) {
      return false;
    }
    for (long half = 2 * node; half <= 2 * node + 1; half++) {
      if (NodeWord.state(NodeWord.half(word, half)) == SPLIT && !join(half)) {
        return false;
      }
    }
    word = words.get(node);
    if (NodeWord.isOpen(word) && NodeWord.bothFree(word)) {
      words.compareAndSet(node, word, NodeWord.closed(word));
      helpFinish(node);
      return true;
    }
    return false;
  }

  private static boolean isBusy(long word, long side) {
    int state = NodeWord.state(NodeWord.half(word, side));
    return state == TAKEN || state == FREEING;
  }

  /**
   * Visits the blocks that are taken or being freed. It goes down only where the tree is split, so
   * it takes time in proportion to the number of blocks that are taken, or were taken and are not
   * joined yet.
   *
   * @param visitor receives each node, which may have changed by then; it may free the node
   */
  void forEachTaken(LongConsumer visitor) {
    forEachTaken(1, visitor);
  }

  private void forEachTaken(long node, LongConsumer visitor) {
    long word = words.get(parent(node));
    int state = NodeWord.state(NodeWord.half(word, node));
    if (!NodeWord.isOpen(word) || shape.isBeyondEnd(node)) {
      return;
    }
    if (state == TAKEN || state == FREEING) {
      visitor.accept(node);
    } else if (state == SPLIT) {
      forEachTaken(2 * node, visitor);
      forEachTaken(2 * node + 1, visitor);
    }
  }

  /**
   * Changes a half from TAKEN to FREEING by a participant; the first step of freeing.
   *
   * @param word the parent's word as it was when the caller checked that it may free the block
   * @return the parent's new word, or {@link #CHANGED}, and nothing is done, if it was not as
   *     expected
   */
  long beginFree(long node, long word, int owner) {
    long marked = NodeWord.with(word, node, FREEING, owner);
    return words.compareAndSet(parent(node), word, marked) ? marked : CHANGED;
  }

  /**
   * Undoes {@link #beginFree}: the block is TAKEN again.
   *
   * @param word the parent's word as it was when the caller saw the half FREEING
   * @return false if the word has changed
   */
  boolean undoFree(long node, long word, int owner) {
    return words.compareAndSet(parent(node), word, NodeWord.with(word, node, TAKEN, owner));
  }

  /**
   * Changes a half from FREEING to FREE; the last step of freeing.
   *
   * @param marked the parent's word as it probably still is
   */
  void endFree(long node, int owner, long marked) {
    if (words.compareAndSet(parent(node), marked, NodeWord.with(marked, node, FREE, 0))) {
      return;
    }
    for (int retries = 0; retries <= MAX_RETRIES; retries++) {
      long word = words.get(parent(node));
      int half = NodeWord.half(word, node);
      if (NodeWord.state(half) != FREEING || NodeWord.owner(half) != owner) {
        break;
      }
      if (words.compareAndSet(parent(node), word, NodeWord.with(word, node, FREE, 0))) {
        return;
      }
    }
    throw NodeWords.damaged("node " + node + " changed while participant " + owner + " freed it");
  }
}
