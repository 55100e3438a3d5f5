/**
 * Messages between the processes of one machine without copying: the API for applications ({@link
 * hring.api}) and the SPI for authors of allocators ({@link hring.api.spi.alloc}) and transports
 * ({@link hring.api.spi.transport}, on top of {@link hring.api.spi.region}).
 */
module hring.api {
  exports hring.api;
  exports hring.api.spi.alloc;
  exports hring.api.spi.region;
  exports hring.api.spi.transport;

  uses hring.api.spi.alloc.AllocatorProvider;
  uses hring.api.spi.region.SystemCalls;
  uses hring.api.spi.transport.TransportProvider;
}
