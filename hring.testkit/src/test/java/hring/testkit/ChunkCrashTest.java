package hring.testkit;

import hring.api.spi.alloc.AllocatorProvider;

/** The reference allocator survives death and stop at any step. */
class ChunkCrashTest extends CrashContract {
  @Override
  protected AllocatorProvider provider() {
    return new ChunkProvider();
  }
}
