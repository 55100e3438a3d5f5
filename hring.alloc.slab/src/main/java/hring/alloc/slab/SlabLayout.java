package hring.alloc.slab;

import hring.api.Address;
import hring.api.RegionException;
import hring.api.spi.alloc.BlockTable;
import hring.api.spi.alloc.PoolGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The offsets and sizes of the sections of the metadata. Each section starts at a multiple of 64
 * bytes.
 *
 * <pre>
 *   0        8           16        20          24          28          64
 *  +--------+-----------+---------+-----------+-----------+-----------+
 *  | magic  | pool size | granule | maxOwners | page size | (unused)  |   header
 *  +--------+-----------+---------+-----------+-----------+-----------+
 *  | the pool's mark, of {@link FullMarks}                              |
 *  +------------------------------------------------------------------+
 *  | participants: a {@link ParticipantSlot} per owner number, 1 first |
 *  +------------------------------------------------------------------+
 *  | the {@link PageMap}: a byte per page                              |
 *  +------------------------------------------------------------------+
 *  | states: two ints per page, see {@link SlabStates}                 |
 *  +------------------------------------------------------------------+
 *  | words: lines of {@link BlockWords}, one per 64 granules or page   |
 *  +------------------------------------------------------------------+
 *  | the {@link BlockTable}                                            |
 *  +------------------------------------------------------------------+
 * </pre>
 *
 * <p>The header is written once, by the creator, before anybody else can see the region.
 *
 * <p>A page is some 8,192nd of the pool, from 256 bytes (or a granule) to 64 KiB. Blocks of up to
 * eight pages lie in slabs; larger ones are extents, runs of pages of their own.
 */
final class SlabLayout {
  static final long LINE = 64;

  private static final long MIN_PAGE = 256;
  private static final long MAX_PAGE = 64 << 10;
  private static final int PAGES_WANTED = 8192;
  private static final int BLOCK_PAGES = 8;
  private static final long MIN_POOL = 8 << 10;

  /** The largest slabs are this part of the pool, up to a number of bytes. */
  private static final int SLAB_PART = 64;

  private static final long MAX_SLAB = 256 << 10;

  private static final long MAGIC = 0x3342_414C_5347_5248L; // "HRGSLAB3" in the order of the bytes
  private static final long MAGIC_OFFSET = 0;
  private static final long POOL_SIZE = MAGIC_OFFSET + Long.BYTES;
  private static final long GRANULE = POOL_SIZE + Long.BYTES;
  private static final long MAX_OWNERS = GRANULE + Integer.BYTES;
  private static final long PAGE_SIZE = MAX_OWNERS + Integer.BYTES;
  private static final long POOL_MARK = LINE;

  private final PoolGeometry geometry;
  private final int pageSize;
  private final int pages;
  private final SizeClasses classes;
  private final long slotSize;
  private final long map;
  private final long states;
  private final long words;
  private final long table;
  private final long size;

  /**
   * Computes the layout of a pool's metadata.
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
    long wanted = Long.highestOneBit(geometry.poolSize() / PAGES_WANTED);
    pageSize = (int) Math.max(geometry.granule(), Math.clamp(wanted, MIN_PAGE, MAX_PAGE));
    pages = (int) (geometry.poolSize() / pageSize);
    classes = new SizeClasses(blockPages() * pageGranules(), geometry.granuleShift());
    slotSize = lines(ParticipantSlot.size(classes.count()));
    map = POOL_MARK + LINE + geometry.maxOwners() * slotSize;
    states = map + lines(PageMap.size(pages));
    words = states + lines(SlabStates.size(pages));
    table = words + BlockWords.size(words());
    size = table + lines(BlockTable.bytes(geometry));
  }

  PoolGeometry geometry() {
    return geometry;
  }

  SizeClasses classes() {
    return classes;
  }

  /** Returns the size of the metadata in bytes. */
  long size() {
    return size;
  }

  int pageSize() {
    return pageSize;
  }

  int pages() {
    return pages;
  }

  int pageGranules() {
    return pageSize / geometry.granule();
  }

  /** Returns the number of pages of the largest block of a slab, at most half the pool's. */
  private int blockPages() {
    return Math.min(BLOCK_PAGES, Integer.highestOneBit(pages / 2));
  }

  /** Returns the size of the largest block of a slab in bytes; larger blocks are extents. */
  long largestSlabBlock() {
    return (long) blockPages() * pageSize;
  }

  /** Returns the size of the largest block in bytes: half the pool, rounded down to pages. */
  long largestBlock() {
    long most = Address.MAX_LENGTH / pageSize;
    return Math.min(most, pages / 2) * pageSize;
  }

  /** Returns the number of pages of the largest slabs. */
  int slabPages() {
    return (int)
        Math.max(blockPages(), Math.min(geometry.poolSize() / SLAB_PART, MAX_SLAB) / pageSize);
  }

  /** Returns the number of pages that a length needs. */
  int extentPages(long length) {
    return (int) ((length + pageSize - 1) / pageSize);
  }

  /** Returns the number of bitmap words of each page, a power of two. */
  int wordsPerPage() {
    return Math.max(1, pageGranules() / Long.SIZE);
  }

  /** Returns the number of bitmap words of the pool. */
  int words() {
    return pages * wordsPerPage();
  }

  MemorySegment slot(MemorySegment metadata, int owner) {
    return metadata.asSlice(POOL_MARK + LINE + (owner - 1) * slotSize, slotSize);
  }

  MemorySegment poolMark(MemorySegment metadata) {
    return metadata.asSlice(POOL_MARK, LINE);
  }

  MemorySegment states(MemorySegment metadata) {
    return metadata.asSlice(states, SlabStates.size(pages));
  }

  MemorySegment map(MemorySegment metadata) {
    return metadata.asSlice(map, PageMap.size(pages));
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
    metadata.set(ValueLayout.JAVA_INT, PAGE_SIZE, pageSize);
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
    check("page size", metadata.get(ValueLayout.JAVA_INT, PAGE_SIZE), pageSize);
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
