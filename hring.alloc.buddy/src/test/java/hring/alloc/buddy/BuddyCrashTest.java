package hring.alloc.buddy;

import hring.api.spi.alloc.AllocatorProvider;
import hring.testkit.CrashContract;

/** The buddy allocator keeps the contract of the testkit: death at each step. */
final class BuddyCrashTest extends CrashContract {
  @Override
  protected AllocatorProvider provider() {
    return new BuddyProvider();
  }
}
