package com.example.bump;

import hring.api.RegionException;
import hring.api.spi.alloc.Allocator;
import hring.api.spi.alloc.AllocatorMemory;
import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.PoolGeometry;

/** Offers {@link BumpAllocator} under the name "bump". */
public final class BumpProvider implements AllocatorProvider {
  static final int CHUNK = 4096;

  @Override
  public String name() {
    return "bump";
  }

  @Override
  public long metadataSize(PoolGeometry geometry) {
    if (geometry.poolSize() < CHUNK) {
      throw new IllegalArgumentException("the pool must have " + CHUNK + " bytes at least");
    }
    return geometry.poolSize() / CHUNK * Long.BYTES;
  }

  @Override
  public void format(AllocatorMemory memory) {
    // All zero is an empty pool.
  }

  @Override
  public Allocator attach(AllocatorMemory memory, int owner) {
    if (memory.metadata().byteSize() < metadataSize(memory.geometry())) {
      throw new RegionException("the metadata is too small for the pool");
    }
    return new BumpAllocator(memory, owner);
  }
}
