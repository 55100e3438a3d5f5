/** The io_uring transport. */
module hring.uring {
  requires hring.api;
  requires hring.linux;

  provides hring.api.spi.transport.TransportProvider with
      hring.uring.UringProvider;
}
