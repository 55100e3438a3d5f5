package com.example.bump;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.CrashContract;

/** Proves the allocator: death at each step. */
class BumpCrashTest extends CrashContract {
  @Override
  protected AllocatorProvider provider() {
    return new BumpProvider();
  }
}
