package com.example.freelist;

import hring.api.spi.alloc.PoolGeometry;

/**
 * Where things are. The pool is cut into as many equal parts as there are size classes, and each
 * part into blocks of one size. Blocks are numbered through, smallest class first.
 *
 * <p>In the metadata, each a long: the heads of the free lists; for each owner number its intent
 * and, for each class, its confirmation; for each block its word and its link.
 */
final class Layout {
  /** Block numbers have 24 bits in the head of a list, where 0 stands for the end. */
  static final int MAX_BLOCKS = (1 << 24) - 1;

  private static final int CLASSES = 4;

  /** Each class is four times as large as the one before. */
  private static final int FACTOR_SHIFT = 2;

  private final PoolGeometry geometry;
  private final long smallest;
  private final int[] firsts = new int[CLASSES + 1];
  private int classes;

  /** The smallest blocks have a power of two in bytes, or a granule if that is more. */
  Layout(PoolGeometry geometry, long wanted) {
    this.geometry = geometry;
    smallest = Math.max(wanted, geometry.granule());
    if (geometry.poolSize() < smallest) {
      throw new IllegalArgumentException("the pool must have " + smallest + " bytes at least");
    }
    // A pool too small for all classes has fewer.
    classes = CLASSES;
    while (classes > 1 && geometry.poolSize() / classes < blockSize(classes - 1)) {
      classes--;
    }
    long blocks = 0;
    for (int each = 0; each < classes; each++) {
      blocks += part() / blockSize(each);
      if (blocks > MAX_BLOCKS) {
        throw new IllegalArgumentException(
            "a pool with granules of "
                + geometry.granule()
                + " bytes can have "
                + MAX_BLOCKS
                + " blocks at most; choose a larger granule or a smaller pool");
      }
      firsts[each + 1] = (int) blocks;
    }
  }

  /** The size of the part of a class: a multiple of its block size, so that blocks are aligned. */
  private long part() {
    return geometry.poolSize() / classes / blockSize(classes - 1) * blockSize(classes - 1);
  }

  int maxOwners() {
    return geometry.maxOwners();
  }

  int classes() {
    return classes;
  }

  long blockSize(int sizeClass) {
    return smallest << FACTOR_SHIFT * sizeClass;
  }

  /** The smallest class whose blocks have room for a size that is not too large. */
  int classFor(long size) {
    int fit = 0;
    while (blockSize(fit) < size) {
      fit++;
    }
    return fit;
  }

  int blocks() {
    return firsts[classes];
  }

  int firstBlock(int sizeClass) {
    return firsts[sizeClass];
  }

  int classOf(int block) {
    int sizeClass = 0;
    while (block >= firsts[sizeClass + 1]) {
      sizeClass++;
    }
    return sizeClass;
  }

  /** Where in the pool a block starts, in granules. */
  long granules(int block) {
    int sizeClass = classOf(block);
    long offset = sizeClass * part() + (block - firsts[sizeClass]) * blockSize(sizeClass);
    return offset >>> geometry.granuleShift();
  }

  /** The block that starts at an offset in granules, or -1. */
  int blockAt(long granules) {
    long offset = granules << geometry.granuleShift();
    long sizeClass = offset / part();
    if (sizeClass >= classes) {
      return -1;
    }
    long within = offset % part();
    long size = blockSize((int) sizeClass);
    return within % size == 0 ? firsts[(int) sizeClass] + (int) (within / size) : -1;
  }

  long head(int sizeClass) {
    return (long) sizeClass * Long.BYTES;
  }

  long intent(int owner) {
    return (classes + (long) owner * (classes + 1)) * Long.BYTES;
  }

  long confirmed(int owner, int sizeClass) {
    return intent(owner) + (1L + sizeClass) * Long.BYTES;
  }

  long word(int block) {
    return intent(geometry.maxOwners() + 1) + (long) block * Long.BYTES;
  }

  long link(int block) {
    return word(blocks()) + (long) block * Long.BYTES;
  }

  long bytes() {
    return link(blocks());
  }
}
