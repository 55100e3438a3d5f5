package hring.testkit;

import hring.api.spi.alloc.AllocatorProvider;

/** The reference allocator fulfils the contract across processes. */
class ChunkCrossProcessTest extends CrossProcessContract {
  @Override
  protected AllocatorProvider provider() {
    return new ChunkProvider();
  }
}
