/** An allocator for hring that is not part of hring. */
module com.example.bump {
  requires hring.api;

  provides hring.api.spi.alloc.AllocatorProvider with
      com.example.bump.BumpProvider;
}
