package com.example.freelist;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.CrashContract;

/** Proves the allocator: death and stop at each step. */
class FreelistCrashTest extends CrashContract {
  @Override
  protected AllocatorProvider provider() {
    return new FreelistProvider();
  }
}
