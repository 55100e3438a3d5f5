package hring.testkit;

import hring.api.Address;
import hring.api.spi.alloc.PoolGeometry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The model: which blocks are live, whose they are, and what was written into them. */
final class LiveBlocks {
  /** A live block. */
  record Block(long address, int owner, long seed) {}

  private final PoolGeometry geometry;
  private final TreeMap<Long, Block> byOffset = new TreeMap<>();
  private long seeds;

  LiveBlocks(PoolGeometry geometry) {
    this.geometry = geometry;
  }

  /** Enters what an allocator handed out, after checking that it could be handed out. */
  Block add(long address, long size, int owner) {
    if (!geometry.contains(address) || Address.length(address) != size) {
      throw new AssertionError(
          Address.toString(address)
              + " was handed out for "
              + size
              + " bytes of a pool of "
              + geometry.poolSize());
    }
    long start = Address.granules(address) << geometry.granuleShift();
    Map.Entry<Long, Block> before = byOffset.lowerEntry(start + size);
    if (before != null && before.getKey() + Address.length(before.getValue().address) > start) {
      throw new AssertionError(
          Address.toString(address)
              + " was handed out to participant "
              + owner
              + " and overlaps the live block "
              + Address.toString(before.getValue().address)
              + " of "
              + before.getValue().owner);
    }
    Block block = new Block(address, owner, ++seeds);
    byOffset.put(start, block);
    return block;
  }

  void remove(Block block) {
    byOffset.remove(Address.granules(block.address) << geometry.granuleShift());
  }

  Block changeOwner(Block block, int owner) {
    Block changed = new Block(block.address, owner, block.seed);
    byOffset.put(Address.granules(block.address) << geometry.granuleShift(), changed);
    return changed;
  }

  /** All blocks, lowest offset first. */
  Collection<Block> all() {
    return byOffset.values();
  }

  /** The blocks of an owner, lowest offset first. */
  List<Block> of(int owner) {
    List<Block> blocks = new ArrayList<>();
    for (Block block : byOffset.values()) {
      if (block.owner == owner) {
        blocks.add(block);
      }
    }
    return blocks;
  }
}
