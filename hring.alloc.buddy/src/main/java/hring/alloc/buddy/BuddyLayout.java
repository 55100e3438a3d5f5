package hring.alloc.buddy;

import hring.api.RegionException;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.SharedMemory;
import java.lang.foreign.MemorySegment;

/**
 * The allocator's metadata section: a header, the words of the tree, and the block table.
 *
 * <pre>
 *   0       8          16        20          24            64          64 + 8 * words
 *  +-------+----------+---------+-----------+-------------+-----------+---------------------+
 *  | magic | granules | granule | maxOwners | reserved, 0 |   words   |     block table     |
 *  | long  | long     | int     | int       |             | long each | 4 bytes per granule |
 *  +-------+----------+---------+-----------+-------------+-----------+---------------------+
 * </pre>
 *
 * <p>The header records the pool that the section was formatted for; only the words and the table
 * change afterwards. With granules of 64 bytes the section takes about 12 bytes per granule, 19 %
 * of the pool.
 */
final class BuddyLayout {
  private static final long MAGIC_VALUE = 0x3130_5944_4455_4248L; // "HBUDDY01" in memory
  private static final long MAGIC = 0;
  private static final long GRANULES = MAGIC + Long.BYTES;
  private static final long GRANULE = GRANULES + Long.BYTES;
  private static final long MAX_OWNERS = GRANULE + Integer.BYTES;
  private static final long WORDS = 64;

  private BuddyLayout() {}

  static long size(PoolGeometry geometry) {
    return table(geometry) + BlockTable.bytes(geometry);
  }

  static MemorySegment words(AllocatorMemory memory) {
    return memory.metadata().asSlice(WORDS, table(memory.geometry()) - WORDS);
  }

  static BlockTable blockTable(AllocatorMemory memory) {
    PoolGeometry geometry = memory.geometry();
    return new BlockTable(memory.metadata().asSlice(table(geometry)), geometry);
  }

  static void writeHeader(AllocatorMemory memory) {
    MemorySegment metadata = memory.metadata();
    PoolGeometry geometry = memory.geometry();
    // Partner of all four: the acquires in checkHeader(), in the participant that attaches.
    SharedMemory.setLongRelease(metadata, GRANULES, geometry.granules());
    SharedMemory.setIntRelease(metadata, GRANULE, geometry.granule());
    SharedMemory.setIntRelease(metadata, MAX_OWNERS, geometry.maxOwners());
    SharedMemory.setLongRelease(metadata, MAGIC, MAGIC_VALUE);
  }

  /**
   * Checks that a section was formatted for this pool.
   *
   * @throws RegionException if it was not; the message names the first value that differs
   */
  static void checkHeader(AllocatorMemory memory) {
    MemorySegment metadata = memory.metadata();
    PoolGeometry geometry = memory.geometry();
    check("size", metadata.byteSize(), size(geometry));
    // Partner of all four: the releases in writeHeader().
    check("magic", SharedMemory.getLongAcquire(metadata, MAGIC), MAGIC_VALUE);
    check(
        "number of granules", SharedMemory.getLongAcquire(metadata, GRANULES), geometry.granules());
    check("granule", SharedMemory.getIntAcquire(metadata, GRANULE), geometry.granule());
    check("maxOwners", SharedMemory.getIntAcquire(metadata, MAX_OWNERS), geometry.maxOwners());
  }

  private static void check(String what, long found, long expected) {
    // The section itself may be larger: regions round sizes up to pages.
    if (what.equals("size") ? found < expected : found != expected) {
      throw new RegionException(
          "the buddy allocator's metadata does not describe this pool: "
              + what
              + " is "
              + found
              + ", expected "
              + expected
              + "; the region is damaged or was made by another version: open the ring anew");
    }
  }

  private static long table(PoolGeometry geometry) {
    return WORDS + TreeShape.of(geometry).words() * Long.BYTES;
  }
}
