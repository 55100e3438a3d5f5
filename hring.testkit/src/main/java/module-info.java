/** Conformance tests for allocators. */
module hring.testkit {
  exports hring.testkit;

  // The engines call protected methods of the contracts by reflection.
  opens hring.testkit;

  requires transitive hring.api;
  requires transitive net.jqwik.api;
  requires transitive org.junit.jupiter.api;
}
