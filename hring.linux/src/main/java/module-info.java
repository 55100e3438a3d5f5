/** The system calls that hring needs: the only module of hring with native access. */
@SuppressWarnings("module") // The transports that it is exported to are compiled after it.
module hring.linux {
  requires hring.api;

  exports hring.linux to
      hring.shm,
      hring.uring;

  provides hring.api.spi.region.SystemCalls with
      hring.linux.LinuxCalls;
}
