package hring.tests;

import hring.api.Hring;
import hring.api.SenderBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Names and builders of rings for tests, and how long tests wait. */
public final class TestRings {
  /** How long a test waits for the other side before it fails. */
  public static final Duration PATIENCE =
      Duration.parse(System.getProperty("hring.test.patience", "PT30S"));

  /** The system property that chooses the allocator of the rings. */
  static final String ALLOCATOR = "hring.test.allocator";

  private static final AtomicInteger NAMES = new AtomicInteger();

  private TestRings() {}

  /** Returns a name that no other ring of any process has. */
  public static String uniqueRing() {
    return "test-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
  }

  /** Returns the builder of a ring of the chosen kind, with the chosen allocator. */
  public static SenderBuilder ring(String name) {
    return RingKind.chosen(Hring.sender(name).allocator(System.getProperty(ALLOCATOR, "slab")));
  }
}
