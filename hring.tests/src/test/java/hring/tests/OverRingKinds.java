package hring.tests;

import hring.api.DeathPolicy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/** Tests whose rings, by {@link TestRings#ring}, are of the kind that the class is run with. */
abstract class OverRingKinds {
  /** Whether each combination is tried, as in a long run. */
  static final boolean EVERY_COMBINATION = Boolean.getBoolean("hring.test.all");

  @Parameter RingKind kind;

  /**
   * Returns which of two values of a property a test runs with. By default it is one with each kind
   * of ring, so that any two of transport, way of sending, and this property meet.
   */
  <T> List<T> some(T one, T other) {
    boolean shm = kind.transport().equals("shm");
    return EVERY_COMBINATION ? List.of(one, other) : List.of(shm == kind.isSmall() ? one : other);
  }

  List<DeathPolicy> policies() {
    return some(DeathPolicy.DISCARD, DeathPolicy.REDELIVER);
  }

  @BeforeEach
  void choose() {
    System.setProperty(RingKind.PROPERTY, kind.name());
  }

  @AfterEach
  void chooseNone() {
    System.clearProperty(RingKind.PROPERTY);
  }
}
