package com.example.freelist;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.CrossProcessContract;

/** Proves the allocator: several processes. */
class FreelistCrossProcessTest extends CrossProcessContract {
  @Override
  protected AllocatorProvider provider() {
    return new FreelistProvider();
  }
}
