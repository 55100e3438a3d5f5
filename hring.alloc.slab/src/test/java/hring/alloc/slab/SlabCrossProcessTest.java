package hring.alloc.slab;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.CrossProcessContract;

/** The slab allocator keeps the contract of the testkit: several processes. */
final class SlabCrossProcessTest extends CrossProcessContract {
  @Override
  protected AllocatorProvider provider() {
    return new SlabProvider();
  }
}
