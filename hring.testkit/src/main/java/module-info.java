/** What the author of an allocator proves it with. */
module hring.testkit {
  exports hring.testkit;

  requires transitive hring.api;
  requires transitive net.jqwik.api;
  requires transitive org.junit.jupiter.api;
}
