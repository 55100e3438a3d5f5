package com.example.freelist;

import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.ProviderOptions;
import hring.testkit.CrossProcessContract;

/** Proves the allocator: several processes, which find its options in the region. */
class FreelistCrossProcessTest extends CrossProcessContract {
  @Override
  protected AllocatorProvider provider() {
    return new FreelistProvider();
  }

  @Override
  protected ProviderOptions options() {
    return new ProviderOptions("smallest=128");
  }
}
