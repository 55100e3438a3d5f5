/**
 * Messages between the processes of one machine without copying: the API for applications ({@link
 * hring.api}) and the SPI for allocators and transports ({@link hring.api.spi}).
 */
module hring.api {
  exports hring.api;
  exports hring.api.spi;

  uses hring.api.spi.AllocatorProvider;
  uses hring.api.spi.TransportProvider;
}
