package hring.api.internal.batch;

import hring.api.Address;
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
    pool = region.messages();
    granuleShift = region.header().geometry().granuleShift();
    long granules = Long.highestOneBit(2 * region.header().geometry().granules() - 1);
    capacity = (int) Math.min(MAX_CACHED, granules);
  }

  /**
   * Returns the whole pool.
   *
   * @return the memory
   */
  public MemorySegment pool() {
    return pool;
  }

  /**
   * Returns where a block is.
   *
   * @param address its address
   * @return its offset in the pool, in bytes
   */
  public long offset(long address) {
    return Address.granules(address) << granuleShift;
  }

  /**
   * Returns a block's bytes.
   *
   * @param address the address of a block inside the pool
   * @return a slice of the pool; the same object as last time if it is cached
   */
  public MemorySegment slice(long address) {
    int index = (int) address & mask;
    return addresses[index] == address ? slices[index] : cache(address);
  }

  private MemorySegment cache(long address) {
    MemorySegment slice = pool.asSlice(offset(address), Address.length(address));
    if (addresses.length < capacity) {
      mask = capacity - 1;
      addresses = new long[capacity];
      slices = new MemorySegment[capacity];
    }
    int index = (int) address & mask;
    slices[index] = slice;
    addresses[index] = address;
    return slice;
  }
}
