package com.example.bump;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.AllocatorContract;

/** Proves the allocator: one process. */
class BumpContractTest extends AllocatorContract {
  @Override
  protected AllocatorProvider provider() {
    return new BumpProvider();
  }
}
