/** The transport by shared memory alone. */
module hring.shm {
  requires hring.api;
  requires hring.linux;

  provides hring.api.spi.transport.TransportProvider with
      hring.shm.ShmProvider;
}
