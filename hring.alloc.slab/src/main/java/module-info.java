/** The allocator named "slab", the default: messages of every size up to half the pool. */
module hring.alloc.slab {
  requires hring.api;

  provides hring.api.spi.alloc.AllocatorProvider with
      hring.alloc.slab.SlabProvider;
}
