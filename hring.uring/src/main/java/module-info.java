/** The io_uring transport, the only module of hring with native access. */
module hring.uring {
  requires hring.api;

  provides hring.api.spi.TransportProvider with
      hring.uring.UringProvider;
}
