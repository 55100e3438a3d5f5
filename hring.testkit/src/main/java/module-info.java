/** Conformance tests for allocators and transports, and a kit for tests with several processes. */
module hring.testkit {
  exports hring.testkit;

  // The engines call protected methods of the contracts by reflection.
  opens hring.testkit;

  requires java.management;
  requires transitive hring.api;
  requires transitive net.jqwik.api;
  requires transitive org.junit.jupiter.api;
}
