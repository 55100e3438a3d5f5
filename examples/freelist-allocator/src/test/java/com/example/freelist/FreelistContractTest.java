package com.example.freelist;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.AllocatorContract;

/** Proves the allocator: one process. */
class FreelistContractTest extends AllocatorContract {
  @Override
  protected AllocatorProvider provider() {
    return new FreelistProvider();
  }
}
