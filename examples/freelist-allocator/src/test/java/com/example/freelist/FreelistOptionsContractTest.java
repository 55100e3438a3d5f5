package com.example.freelist;

import hring.api.spi.alloc.ProviderOptions;

/** Proves the allocator with another size of its smallest blocks: one process. */
class FreelistOptionsContractTest extends FreelistContractTest {
  @Override
  protected ProviderOptions options() {
    return new ProviderOptions("smallest=256");
  }
}
