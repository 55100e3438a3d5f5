package hring.alloc.buddy;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.CrossProcessContract;

/** The buddy allocator keeps the contract of the testkit: several processes. */
final class BuddyCrossProcessTest extends CrossProcessContract {
  @Override
  protected AllocatorProvider provider() {
    return new BuddyProvider();
  }
}
