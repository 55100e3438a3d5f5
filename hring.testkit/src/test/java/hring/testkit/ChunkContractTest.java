package hring.testkit;

import hring.api.spi.alloc.AllocatorProvider;

/** The reference allocator fulfils the contract. */
class ChunkContractTest extends AllocatorContract {
  @Override
  protected AllocatorProvider provider() {
    return new ChunkProvider();
  }
}
