package com.example.freelist;

import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;
import hring.api.spi.alloc.ProviderOptions;

/**
 * Offers {@link FreelistAllocator} under the name "freelist". Its option {@code smallest} is the
 * size of the smallest blocks in bytes, a power of two from 16 to 4096; 64 by default.
 */
public final class FreelistProvider implements AllocatorProvider {
  private static final String SMALLEST = "smallest";
  private static final int DEFAULT_SMALLEST = 64;
  private static final int MIN_SMALLEST = 16;
  private static final int MAX_SMALLEST = 4096;

  private final long smallest;

  /** For the service loader; the options come afterwards. */
  public FreelistProvider() {
    this(DEFAULT_SMALLEST);
  }

  private FreelistProvider(long smallest) {
    this.smallest = smallest;
  }

  @Override
  public AllocatorProvider withOptions(ProviderOptions options) {
    options.requireOnly(SMALLEST);
    return new FreelistProvider(
        options.powerOfTwo(SMALLEST, DEFAULT_SMALLEST, MIN_SMALLEST, MAX_SMALLEST));
  }

  @Override
  public String name() {
    return "freelist";
  }

  @Override
  public long metadataSize(PoolGeometry geometry) {
    return new Layout(geometry, smallest).bytes();
  }

  @Override
  public void format(AllocatorMemory memory) {
    new FreeLists(memory, new Layout(memory.geometry(), smallest), 0).format();
  }

  @Override
  public Allocator attach(AllocatorMemory memory, int owner) {
    Layout layout = new Layout(memory.geometry(), smallest);
    if (memory.metadata().byteSize() < layout.bytes()) {
      throw new RegionException(
          "the metadata has "
              + memory.metadata().byteSize()
              + " bytes, the pool needs "
              + layout.bytes());
    }
    return new FreelistAllocator(memory, layout, owner);
  }
}
