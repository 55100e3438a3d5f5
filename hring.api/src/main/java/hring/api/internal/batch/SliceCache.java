package hring.api.internal.batch;

import hring.api.Address;
import hring.api.spi.region.PackLayout;
import hring.api.spi.region.Region;
import java.lang.foreign.MemorySegment;

/**
 * A cache of slices of the pool, so that access to blocks makes no garbage. A slice is an object of
 * 40 bytes, and whether the compiler can avoid it depends on the code around the call; so slices
 * are cached, and the same block gets the same slice again. Not for use by several threads.
 */
public final class SliceCache {
  /**
   * With the smallest blocks, enough for the default pool; the slices then take up some 11 MiB of
   * heap.
   */
  private static final int MAX_CACHED = 1 << 18;

  private final MemorySegment pool;
  private final int granuleShift;
  private final long granules;
  private final long packed;
  private final int capacity;

  // Of length 1 until the first slice is created: an application that uses offsets needs no more.
  private int mask;
  private long[] addresses = new long[1];
  private MemorySegment[] slices = new MemorySegment[1];

  /**
   * Creates a view.
   *
   * @param region the region whose pool it is
   */
  public SliceCache(Region region) {
    this(region, MAX_CACHED);
  }

  /**
   * Creates a view that caches fewer slices.
   *
   * @param region the region whose pool it is
   * @param most how many slices to cache at most, a power of two
   */
  public SliceCache(Region region, int most) {
    pool = region.messages();
    granuleShift = region.header().geometry().granuleShift();
    granules = region.header().geometry().granules();
    packed = region.packsInMessages() + Long.BYTES;
    long all = granules + (region.packs().byteSize() >>> PackLayout.UNIT_SHIFT);
    capacity = (int) Math.min(most, Long.highestOneBit(2 * all - 1));
  }

  /**
   * Gives the whole pool, and the packs behind it.
   *
   * @return the memory
   */
  public MemorySegment pool() {
    return pool;
  }

  /**
   * Tells where a message is.
   *
   * @param address its address
   * @return its offset in {@link #pool}, in bytes
   */
  public long offset(long address) {
    return address < 0
        ? packed + (Address.granules(address) << PackLayout.UNIT_SHIFT)
        : Address.granules(address) << granuleShift;
  }

  /**
   * Returns a block's bytes.
   *
   * @param address the address of a block inside the pool
   * @return a slice of the pool; the same object as last time if it is cached
   */
  public MemorySegment slice(long address) {
    int index = index(address);
    return addresses[index] == address ? slices[index] : cache(address);
  }

  private int index(long address) {
    return (int) (address < 0 ? address + granules : address) & mask;
  }

  private MemorySegment cache(long address) {
    MemorySegment slice = pool.asSlice(offset(address), Address.length(address));
    if (addresses.length < capacity) {
      mask = capacity - 1;
      addresses = new long[capacity];
      slices = new MemorySegment[capacity];
    }
    int index = index(address);
    slices[index] = slice;
    addresses[index] = address;
    return slice;
  }
}
