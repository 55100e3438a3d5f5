package com.example.freelist;

import hring.api.spi.alloc.ProviderOptions;

/** Proves the allocator with another size of its smallest blocks: death and stop at each step. */
class FreelistOptionsCrashTest extends FreelistCrashTest {
  @Override
  protected ProviderOptions options() {
    return new ProviderOptions("smallest=256");
  }
}
