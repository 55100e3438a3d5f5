/** The allocator for blocks of any size up to the pool: powers of two that split and merge. */
module hring.alloc.buddy {
  requires hring.api;

  provides hring.api.spi.alloc.AllocatorProvider with
      hring.alloc.buddy.BuddyProvider;
}
