package com.example.bump;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.CrossProcessContract;

/** Proves the allocator: several processes. */
class BumpCrossProcessTest extends CrossProcessContract {
  @Override
  protected AllocatorProvider provider() {
    return new BumpProvider();
  }
}
