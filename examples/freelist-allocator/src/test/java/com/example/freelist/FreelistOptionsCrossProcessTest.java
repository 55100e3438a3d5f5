package com.example.freelist;

import hring.api.spi.alloc.AllocatorProvider;
import hring.api.spi.alloc.ProviderOptions;
import hring.testkit.CrossProcessContract;

/** Proves the allocator with an option: the processes find it in the region. */
class FreelistOptionsCrossProcessTest extends CrossProcessContract {
  @Override
  protected AllocatorProvider provider() {
    return new FreelistProvider();
  }

  @Override
  protected ProviderOptions options() {
    return new ProviderOptions("smallest=128");
  }
}
