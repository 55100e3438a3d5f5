package hring.alloc.buddy;

import hring.api.spi.alloc.PoolGeometry;

/**
 * The numbering of the tree's nodes. The root is node 1, the halves of node {@code n} are {@code
 * 2n} and {@code 2n + 1}; a node of order {@code k} is a block of {@code 2^k} granules.
 *
 * <pre>
 *   order 2 |               1               |
 *   order 1 |       2       |       3       |
 *   order 0 |   4   |   5   |   6   |   7   |
 *   granule     0       1       2       3
 * </pre>
 *
 * <p>The tree covers the pool rounded up to a power of two; nodes past the end of the pool are
 * always TAKEN. Word {@code n} holds the states of the two halves of node {@code n}, so there is no
 * word for a node of order 0; the state of the root is in word 0. The lowest row has no words past
 * the end of the pool.
 *
 * @param height the order of the root
 * @param granules how many granules the pool has
 */
record TreeShape(int height, long granules) {
  static TreeShape of(PoolGeometry geometry) {
    return new TreeShape(orderOf(geometry.granules()), geometry.granules());
  }

  /** Returns the order of the smallest block with room for this many granules, at least 1. */
  static int orderOf(long granules) {
    return Long.SIZE - Long.numberOfLeadingZeros(granules - 1);
  }

  long words() {
    return height == 0 ? 1 : (1L << (height - 1)) + (granules + 1) / 2;
  }

  int order(long node) {
    return height - (Long.SIZE - 1 - Long.numberOfLeadingZeros(node));
  }

  long start(long node) {
    return (node << order(node)) - (1L << height);
  }

  long node(int order, long granule) {
    return first(order) + (granule >>> order);
  }

  /** Returns the first node of an order. */
  long first(int order) {
    return 1L << (height - order);
  }

  /** Returns the node after the last one of an order that has a granule in the pool. */
  long end(int order) {
    return first(order) + ((granules - 1) >>> order) + 1;
  }

  /** Returns the order of the largest block that lies inside the pool. */
  int largestOrder() {
    return Long.SIZE - 1 - Long.numberOfLeadingZeros(granules);
  }

  boolean isBeyondEnd(long node) {
    return start(node) >= granules;
  }

  /** Returns whether the pool ends inside a node, so that the node is always SPLIT. */
  boolean crossesEnd(long node) {
    return start(node) < granules && start(node) + (1L << order(node)) > granules;
  }
}
