package hring.alloc.slab;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.AllocatorContract;

/** The slab allocator keeps the contract of the testkit. */
final class SlabContractTest extends AllocatorContract {
  @Override
  protected AllocatorProvider provider() {
    return new SlabProvider();
  }
}
