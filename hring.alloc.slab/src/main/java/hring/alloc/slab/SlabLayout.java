package hring.alloc.slab;

import hring.api.RegionException;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where things lie in the metadata. All sections start at a multiple of 64 bytes.
 *
 * <pre>
 *   0        8           16        20          24          28          64
 *  +--------+-----------+---------+-----------+-----------+-----------+
 *  | magic  | pool size | granule | maxOwners | slab size | (unused)  |   header
 *  +--------+-----------+---------+-----------+-----------+-----------+
 *  | participants: a {@link ParticipantSlot} per owner number, 1 first |
 *  +------------------------------------------------------------------+
 *  | states: an int per slab, see {@link SlabStates}                   |
 *  +------------------------------------------------------------------+
 *  | words: lines of {@link BlockWords}, one per 64 blocks             |
 *  +------------------------------------------------------------------+
 *  | the {@link BlockTable}                                            |
 *  +------------------------------------------------------------------+
 * </pre>
 *
 * <p>The header is written once, by the creator, before anybody else can see the region.
 */
final class SlabLayout {
  static final long LINE = 64;

  private static final int MIN_SLAB = 4 << 10;
  private static final int MAX_SLAB = 64 << 10;
  private static final int SLABS_WANTED = 16;
  private static final long MIN_POOL = 2L * MIN_SLAB;

  private static final long MAGIC = 0x3142_414C_5347_5248L; // "HRGSLAB1" in the order of the bytes
  private static final long MAGIC_OFFSET = 0;
  private static final long POOL_SIZE = MAGIC_OFFSET + Long.BYTES;
  private static final long GRANULE = POOL_SIZE + Long.BYTES;
  private static final long MAX_OWNERS = GRANULE + Integer.BYTES;
  private static final long SLAB_SIZE = MAX_OWNERS + Integer.BYTES;

  private final PoolGeometry geometry;
  private final int slabSize;
  private final int slabs;
  private final SizeClasses classes;
  private final long slotSize;
  private final long states;
  private final long words;
  private final long table;
  private final long size;

  /**
   * Plans the metadata of a pool.
   *
   * @throws IllegalArgumentException if the pool is too small
   */
  SlabLayout(PoolGeometry geometry) {
    if (geometry.poolSize() < MIN_POOL) {
      throw new IllegalArgumentException(
          "a pool of "
              + geometry.poolSize()
              + " bytes is too small for the allocator \"slab\": it needs at least "
              + MIN_POOL);
    }
    this.geometry = geometry;
    slabSize =
        Math.clamp(Long.highestOneBit(geometry.poolSize() / SLABS_WANTED), MIN_SLAB, MAX_SLAB);
    slabs = (int) (geometry.poolSize() / slabSize);
    classes = new SizeClasses(slabGranules(), geometry.granuleShift());
    slotSize = lines(ParticipantSlot.size(classes.count()));
    states = LINE + geometry.maxOwners() * slotSize;
    words = states + lines((long) slabs * Integer.BYTES);
    table = words + BlockWords.size(words());
    size = table + lines(BlockTable.bytes(geometry));
  }

  PoolGeometry geometry() {
    return geometry;
  }

  SizeClasses classes() {
    return classes;
  }

  /** Tells how large the metadata is, in bytes. */
  long size() {
    return size;
  }

  int slabSize() {
    return slabSize;
  }

  int slabs() {
    return slabs;
  }

  int slabGranules() {
    return slabSize / geometry.granule();
  }

  /** Tells how many bitmap words each slab has, a power of two; large classes use only some. */
  int wordsPerSlab() {
    return Math.max(1, slabGranules() / Long.SIZE);
  }

  /** Tells how many bitmap words the pool has. */
  int words() {
    return slabs * wordsPerSlab();
  }

  MemorySegment slot(MemorySegment metadata, int owner) {
    return metadata.asSlice(LINE + (owner - 1) * slotSize, slotSize);
  }

  MemorySegment states(MemorySegment metadata) {
    return metadata.asSlice(states, (long) slabs * Integer.BYTES);
  }

  MemorySegment words(MemorySegment metadata) {
    return metadata.asSlice(words, BlockWords.size(words()));
  }

  MemorySegment table(MemorySegment metadata) {
    return metadata.asSlice(table, BlockTable.bytes(geometry));
  }

  void writeHeader(MemorySegment metadata) {
    metadata.set(ValueLayout.JAVA_LONG, POOL_SIZE, geometry.poolSize());
    metadata.set(ValueLayout.JAVA_INT, GRANULE, geometry.granule());
    metadata.set(ValueLayout.JAVA_INT, MAX_OWNERS, geometry.maxOwners());
    metadata.set(ValueLayout.JAVA_INT, SLAB_SIZE, slabSize);
    metadata.set(ValueLayout.JAVA_LONG, MAGIC_OFFSET, MAGIC);
  }

  /**
   * Checks that the metadata is of this layout.
   *
   * @throws RegionException if it is not
   */
  void checkHeader(MemorySegment metadata) {
    if (metadata.byteSize() < size) {
      throw new RegionException(
          "the allocator's metadata has " + metadata.byteSize() + " bytes, it needs " + size);
    }
    check("magic", metadata.get(ValueLayout.JAVA_LONG, MAGIC_OFFSET), MAGIC);
    check("pool size", metadata.get(ValueLayout.JAVA_LONG, POOL_SIZE), geometry.poolSize());
    check("granule", metadata.get(ValueLayout.JAVA_INT, GRANULE), geometry.granule());
    check("maxOwners", metadata.get(ValueLayout.JAVA_INT, MAX_OWNERS), geometry.maxOwners());
    check("slab size", metadata.get(ValueLayout.JAVA_INT, SLAB_SIZE), slabSize);
  }

  private static void check(String what, long found, long expected) {
    if (found != expected) {
      throw new RegionException(
          "the metadata is not that of the allocator \"slab\" for this pool: its "
              + what
              + " is "
              + found
              + " instead of "
              + expected
              + "; remove the region and open the ring anew");
    }
  }

  private static long lines(long bytes) {
    return (bytes + LINE - 1) & -LINE;
  }
}
