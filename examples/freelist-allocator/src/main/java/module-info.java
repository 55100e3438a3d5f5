/** A second allocator for hring that is not part of hring. */
module com.example.freelist {
  requires hring.api;

  provides hring.api.spi.alloc.AllocatorProvider with
      com.example.freelist.FreelistProvider;
}
