/** What hring asks of the Linux kernel: the only module of hring with native access. */
module hring.linux {
  requires transitive hring.api;

  exports hring.linux;

  provides hring.api.spi.region.SystemCalls with
      hring.linux.LinuxCalls;
}
