package hring.alloc.slab;

import hring.api.spi.Allocator;
import hring.api.spi.AllocatorMemory;
import hring.api.spi.AllocatorProvider;
import hring.api.spi.PoolGeometry;

/** The allocator named "slab". */
public final class SlabProvider implements AllocatorProvider {
  /** For {@link java.util.ServiceLoader}. */
  public SlabProvider() {}

  @Override
  public String name() {
    return "slab";
  }

  @Override
  public long metadataSize(PoolGeometry geometry) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void format(AllocatorMemory memory) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Allocator attach(AllocatorMemory memory, int owner) {
    throw new UnsupportedOperationException();
  }
}
