package hring.alloc.buddy;

import hring.api.spi.Allocator;
import hring.api.spi.AllocatorMemory;
import hring.api.spi.AllocatorProvider;
import hring.api.spi.PoolGeometry;

/** The allocator named "buddy". */
public final class BuddyProvider implements AllocatorProvider {
  /** For {@link java.util.ServiceLoader}. */
  public BuddyProvider() {}

  @Override
  public String name() {
    return "buddy";
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
