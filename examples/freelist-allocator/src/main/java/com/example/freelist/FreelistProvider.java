package com.example.freelist;

import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;

/** Offers {@link FreelistAllocator} under the name "freelist". */
public final class FreelistProvider implements AllocatorProvider {
  @Override
  public String name() {
    return "freelist";
  }

  @Override
  public long metadataSize(PoolGeometry geometry) {
    return new Layout(geometry).bytes();
  }

  @Override
  public void format(AllocatorMemory memory) {
    new FreeLists(memory, new Layout(memory.geometry()), 0).format();
  }

  @Override
  public Allocator attach(AllocatorMemory memory, int owner) {
    Layout layout = new Layout(memory.geometry());
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
