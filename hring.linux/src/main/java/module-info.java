/**
 * The system calls that hring needs: the only module of hring with native access. Transports of
 * others use {@link hring.linux.transport}; {@code hring.linux} itself stays with hring's own,
 * since whoever may call it has this module's native access.
 */
@SuppressWarnings("module") // The transports that it is exported to are compiled after it.
module hring.linux {
  requires transitive hring.api;

  exports hring.linux.transport;
  exports hring.linux to
      hring.shm,
      hring.uring;

  provides hring.api.spi.region.SystemCalls with
      hring.linux.LinuxCalls;
}
