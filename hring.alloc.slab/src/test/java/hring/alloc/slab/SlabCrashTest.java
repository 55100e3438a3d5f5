package hring.alloc.slab;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.CrashContract;

/** The slab allocator keeps the contract of the testkit: death at each step. */
final class SlabCrashTest extends CrashContract {
  @Override
  protected AllocatorProvider provider() {
    return new SlabProvider();
  }
}
