/** The allocator for many small messages: size classes. */
module hring.alloc.slab {
  requires hring.api;

  provides hring.api.spi.alloc.AllocatorProvider with
      hring.alloc.slab.SlabProvider;
}
