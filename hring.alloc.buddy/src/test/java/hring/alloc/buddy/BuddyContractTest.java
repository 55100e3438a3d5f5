package hring.alloc.buddy;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.AllocatorContract;

/** The buddy allocator keeps the contract of the testkit. */
final class BuddyContractTest extends AllocatorContract {
  @Override
  protected AllocatorProvider provider() {
    return new BuddyProvider();
  }
}
